//! Makes the tables `sessions` and `refresh_tokens`.

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
                    .table("sessions")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("user_id").uuid().not_null())
                    .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new("last_used_at").timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new("expires_at").timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new("revoked_at").timestamp_with_time_zone())
                    .col(ColumnDef::new("version").big_integer().not_null())
                    .foreign_key(&mut references("sessions", "user_id", "users", ForeignKeyAction::Cascade))
                    .to_owned(),
            )
            .await?;
        let mut index = Index::create();
        index.name("sessions_user_id").table("sessions").col("user_id");
        manager.create_index(index).await?;

        manager.create_table(refresh_tokens()).await?;
        let mut index = Index::create();
        index.name("refresh_tokens_token_hash_unique");
        index.table("refresh_tokens").col("token_hash").unique();
        manager.create_index(index).await?;
        let mut index = Index::create();
        index.name("refresh_tokens_session_id");
        index.table("refresh_tokens").col("session_id");
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["refresh_tokens", "sessions"]).await
    }
}

fn refresh_tokens() -> TableCreateStatement {
    Table::create()
        .table("refresh_tokens")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("session_id").uuid().not_null())
        .col(ColumnDef::new("token_hash").blob().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("expires_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("rotated_at").timestamp_with_time_zone())
        .col(ColumnDef::new("successor_id").uuid())
        .col(ColumnDef::new("successor_sealed").blob())
        .col(ColumnDef::new("version").big_integer().not_null())
        .foreign_key(&mut references("refresh_tokens", "session_id", "sessions", ForeignKeyAction::Cascade))
        .to_owned()
}
