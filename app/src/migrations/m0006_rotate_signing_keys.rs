//! Adds to `signing_keys` when a key begins to sign.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let signs_from = ColumnDef::new("signs_from").timestamp_with_time_zone().to_owned();
        manager.alter_table(Table::alter().table("signing_keys").add_column(signs_from).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("signing_keys").drop_column("signs_from").to_owned()).await
    }
}
