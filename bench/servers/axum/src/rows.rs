//! `GET /rows/{id}`: one row, from the database that `DATABASE_URL` names.

use std::env;
use std::error::Error;

use async_sqlite::rusqlite::OptionalExtension;
use axum::Json;
use axum::extract::{Path, State};
use deadpool_postgres::{PoolConfig, PoolError, Runtime};
use serde::Serialize;
use tokio_postgres::NoTls;

use crate::rejection::Rejection;

/// The pool of the database that is measured
#[derive(Clone)]
pub enum Pool {
    Postgres(deadpool_postgres::Pool),
    Sqlite(async_sqlite::Pool),
    /// No database is measured
    None,
}

#[derive(Serialize)]
pub struct Row {
    id: i64,
    name: String,
}

/// The most connections to Postgres
const CONNECTIONS: usize = 10;

const READ: &str = "SELECT id, name FROM rows WHERE id = $1";

pub async fn connect() -> Result<Pool, Box<dyn Error>> {
    let Ok(url) = env::var("DATABASE_URL") else { return Ok(Pool::None) };
    if let Some(path) = url.strip_prefix("sqlite://") {
        return Ok(Pool::Sqlite(async_sqlite::PoolBuilder::new().path(path).open().await?));
    }
    let config =
        deadpool_postgres::Config { url: Some(url), pool: Some(PoolConfig::new(CONNECTIONS)), ..Default::default() };
    Ok(Pool::Postgres(config.create_pool(Some(Runtime::Tokio1), NoTls)?))
}

pub async fn read_row(Path(id): Path<i64>, State(pool): State<Pool>) -> Result<Json<Row>, Rejection> {
    let row = match &pool {
        Pool::Postgres(pool) => from_postgres(pool, id).await.map_err(|_| Rejection::Database)?,
        Pool::Sqlite(pool) => from_sqlite(pool, id).await.map_err(|_| Rejection::Database)?,
        Pool::None => None,
    };
    row.map(Json).ok_or(Rejection::NotFound)
}

async fn from_postgres(pool: &deadpool_postgres::Pool, id: i64) -> Result<Option<Row>, PoolError> {
    let client = pool.get().await?;
    let read = client.prepare_cached(READ).await?;
    let row = client.query_opt(&read, &[&id]).await?;
    row.map(|row| Ok(Row { id: row.try_get(0)?, name: row.try_get(1)? })).transpose()
}

async fn from_sqlite(pool: &async_sqlite::Pool, id: i64) -> Result<Option<Row>, async_sqlite::Error> {
    let read = move |connection: &async_sqlite::rusqlite::Connection| {
        let mut read = connection.prepare_cached(READ)?;
        read.query_row([id], |row| Ok(Row { id: row.get(0)?, name: row.get(1)? })).optional()
    };
    pool.conn(read).await
}
