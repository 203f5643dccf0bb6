//! Adds to `sessions` what its owner knows it by, and the hash of a browser's cookie.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const TABLE: &str = "sessions";
const COOKIE_INDEX: &str = "sessions_cookie_hash_unique";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One at a time: SQLite adds no two columns in one statement.
        for column in [
            ColumnDef::new("kind").text().not_null().default("token").to_owned(),
            ColumnDef::new("cookie_hash").blob().to_owned(),
            ColumnDef::new("address").text().to_owned(),
            ColumnDef::new("user_agent").text().to_owned(),
        ] {
            manager.alter_table(Table::alter().table(TABLE).add_column(column).to_owned()).await?;
        }
        let mut index = Index::create();
        index.name(COOKIE_INDEX).table(TABLE).col("cookie_hash").unique();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name(COOKIE_INDEX).table(TABLE).to_owned()).await?;
        for column in ["user_agent", "address", "cookie_hash", "kind"] {
            manager.alter_table(Table::alter().table(TABLE).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
