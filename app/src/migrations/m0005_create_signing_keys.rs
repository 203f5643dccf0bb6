//! Makes the table `signing_keys`.

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
                    .table("signing_keys")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("algorithm").text().not_null())
                    .col(ColumnDef::new("private_key_sealed").blob().not_null())
                    .col(ColumnDef::new("public_key").blob().not_null())
                    .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new("not_after").timestamp_with_time_zone())
                    .col(ColumnDef::new("version").big_integer().not_null())
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["signing_keys"]).await
    }
}
