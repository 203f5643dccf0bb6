//! Makes the table `items`.

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
                    .table("items")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("owner_id").uuid().not_null())
                    .col(ColumnDef::new("name").text().not_null())
                    .col(ColumnDef::new("price").text().not_null())
                    .col(ColumnDef::new("description").text())
                    .col(ColumnDef::new("tags").json_binary().not_null())
                    .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new("deleted_at").timestamp_with_time_zone())
                    .col(ColumnDef::new("version").big_integer().not_null())
                    .foreign_key(&mut references("items", "owner_id", "users", ForeignKeyAction::Restrict))
                    .to_owned(),
            )
            .await?;
        let mut index = Index::create();
        index.name("items_owner_id_created_at").table("items").col("owner_id").col("created_at").col("id");
        manager.create_index(index).await?;
        let mut index = Index::create();
        index.name("items_created_at").table("items").col("created_at").col("id");
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["items"]).await
    }
}
