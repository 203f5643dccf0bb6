//! Makes the table `users`.

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
                    .table("users")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("email").text().not_null())
                    .col(ColumnDef::new("email_key").text().not_null())
                    .col(ColumnDef::new("username").text().not_null())
                    .col(ColumnDef::new("username_key").text().not_null())
                    .col(ColumnDef::new("password_hash").text().not_null())
                    .col(ColumnDef::new("full_name").text())
                    .col(ColumnDef::new("is_active").boolean().not_null())
                    .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new("deleted_at").timestamp_with_time_zone())
                    .col(ColumnDef::new("version").big_integer().not_null())
                    .to_owned(),
            )
            .await?;
        for (name, column) in [("users_email_key_unique", "email_key"), ("users_username_key_unique", "username_key")] {
            let mut index = Index::create();
            index.name(name).table("users").col(column).unique();
            manager.create_index(index).await?;
        }
        let mut index = Index::create();
        index.name("users_created_at").table("users").col("created_at").col("id");
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["users"]).await
    }
}
