//! Makes the tables `roles`, `permissions`, `role_permissions` and `user_roles`.

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
                    .table("roles")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("name").text().not_null())
                    .col(ColumnDef::new("description").text().not_null())
                    .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new("version").big_integer().not_null())
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("permissions")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("name").text().not_null())
                    .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new("version").big_integer().not_null())
                    .to_owned(),
            )
            .await?;
        for (name, table) in [("roles_name_unique", "roles"), ("permissions_name_unique", "permissions")] {
            let mut index = Index::create();
            index.name(name).table(table).col("name").unique();
            manager.create_index(index).await?;
        }
        manager.create_table(role_permissions()).await?;
        manager.create_table(user_roles()).await?;
        let mut index = Index::create();
        index.name("user_roles_role_id").table("user_roles").col("role_id");
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["user_roles", "role_permissions", "permissions", "roles"]).await
    }
}

fn role_permissions() -> TableCreateStatement {
    Table::create()
        .table("role_permissions")
        .col(ColumnDef::new("role_id").uuid().not_null())
        .col(ColumnDef::new("permission_id").uuid().not_null())
        .col(ColumnDef::new("version").big_integer().not_null())
        .primary_key(Index::create().col("role_id").col("permission_id"))
        .foreign_key(&mut references("role_permissions", "role_id", "roles", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("role_permissions", "permission_id", "permissions", ForeignKeyAction::Cascade))
        .to_owned()
}

fn user_roles() -> TableCreateStatement {
    Table::create()
        .table("user_roles")
        .col(ColumnDef::new("user_id").uuid().not_null())
        .col(ColumnDef::new("role_id").uuid().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("version").big_integer().not_null())
        .primary_key(Index::create().col("user_id").col("role_id"))
        .foreign_key(&mut references("user_roles", "user_id", "users", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("user_roles", "role_id", "roles", ForeignKeyAction::Restrict))
        .to_owned()
}
