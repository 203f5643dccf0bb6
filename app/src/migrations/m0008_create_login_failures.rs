//! Makes the table `login_failures`.

use sea_orm_migration::prelude::*;

use super::tables::drop_tables;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("login_failures")
                    .col(ColumnDef::new("id").text().not_null().primary_key())
                    .col(ColumnDef::new("failures").big_integer().not_null())
                    .col(ColumnDef::new("pending").big_integer().not_null())
                    .col(ColumnDef::new("last_began_at").timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new("locked_until").timestamp_with_time_zone())
                    .col(ColumnDef::new("version").big_integer().not_null())
                    .to_owned(),
            )
            .await?;
        let mut index = Index::create();
        index.name("login_failures_last_began_at").table("login_failures").col("last_began_at");
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["login_failures"]).await
    }
}
