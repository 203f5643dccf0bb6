//! `GET /rows/{id}`: one row, from the database that `DATABASE_URL` names.

use fastrail::prelude::*;
use sqlx::{PgPool, SqlitePool};

/// The pool of the database that is measured
#[derive(Clone)]
pub enum Pool {
    Postgres(PgPool),
    Sqlite(SqlitePool),
    /// No database is measured
    None,
}

#[derive(ApiError)]
pub enum RowError {
    /// There is no such row
    #[api_error(status = 404, code = "row_not_found")]
    NotFound,
    /// The database is not there
    #[api_error(status = 500, code = "database_error")]
    Database(#[from] sqlx::Error),
}

#[derive(Serialize, Schema, sqlx::FromRow)]
pub struct Row {
    id: i64,
    name: String,
}

const READ: &str = "SELECT id, name FROM rows WHERE id = $1";

pub async fn connect(lifespan: Lifespan) -> Result<(), sqlx::Error> {
    let pool = match std::env::var("DATABASE_URL") {
        Ok(url) if url.starts_with("postgres") => Pool::Postgres(PgPool::connect(&url).await?),
        Ok(url) => Pool::Sqlite(SqlitePool::connect(&url).await?),
        Err(_) => Pool::None,
    };
    lifespan.provide(pool);
    Ok(())
}

/// Reads one row
#[get("/rows/{id}")]
pub async fn read_row(#[path(ge = 1)] id: i64, pool: State<Pool>) -> Result<Row, RowError> {
    let row = match &*pool {
        Pool::Postgres(pool) => sqlx::query_as(READ).bind(id).fetch_optional(pool).await?,
        Pool::Sqlite(pool) => sqlx::query_as(READ).bind(id).fetch_optional(pool).await?,
        Pool::None => None,
    };
    row.ok_or(RowError::NotFound)
}
