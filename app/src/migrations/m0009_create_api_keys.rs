//! Makes the table `api_keys`.

use sea_orm_migration::prelude::*;

use super::tables::{drop_tables, references};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("api_keys")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("user_id").uuid().not_null())
                    .col(ColumnDef::new("name").text().not_null())
                    .col(ColumnDef::new("prefix").text().not_null())
                    .col(ColumnDef::new("last_four").text().not_null())
                    .col(ColumnDef::new("key_hash").blob().not_null())
                    .col(ColumnDef::new("scopes").json_binary().not_null())
                    .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new("expires_at").timestamp_with_time_zone())
                    .col(ColumnDef::new("last_used_at").timestamp_with_time_zone())
                    .col(ColumnDef::new("revoked_at").timestamp_with_time_zone())
                    .col(ColumnDef::new("version").big_integer().not_null())
                    .foreign_key(&mut references("api_keys", "user_id", "users", ForeignKeyAction::Cascade))
                    .to_owned(),
            )
            .await?;
        let mut index = Index::create();
        index.name("api_keys_key_hash_unique").table("api_keys").col("key_hash").unique();
        manager.create_index(index).await?;
        let mut index = Index::create();
        index.name("api_keys_user_id_created_at").table("api_keys").col("user_id").col("created_at");
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["api_keys"]).await
    }
}
