//! `GET /rows/{id}`: one row, from the database that `DATABASE_URL` names.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use sqlx::{PgPool, SqlitePool};

use crate::rejection::Rejection;

/// The pool of the database that is measured
#[derive(Clone)]
pub enum Pool {
    Postgres(PgPool),
    Sqlite(SqlitePool),
    /// No database is measured
    None,
}

#[derive(Serialize, sqlx::FromRow)]
pub struct Row {
    id: i64,
    name: String,
}

const READ: &str = "SELECT id, name FROM rows WHERE id = $1";

pub async fn connect() -> Result<Pool, sqlx::Error> {
    Ok(match std::env::var("DATABASE_URL") {
        Ok(url) if url.starts_with("postgres") => Pool::Postgres(PgPool::connect(&url).await?),
        Ok(url) => Pool::Sqlite(SqlitePool::connect(&url).await?),
        Err(_) => Pool::None,
    })
}

pub async fn read_row(Path(id): Path<i64>, State(pool): State<Pool>) -> Result<Json<Row>, Rejection> {
    let row = match &pool {
        Pool::Postgres(pool) => sqlx::query_as(READ).bind(id).fetch_optional(pool).await,
        Pool::Sqlite(pool) => sqlx::query_as(READ).bind(id).fetch_optional(pool).await,
        Pool::None => Ok(None),
    };
    row.map_err(|_| Rejection::Database)?.map(Json).ok_or(Rejection::NotFound)
}
