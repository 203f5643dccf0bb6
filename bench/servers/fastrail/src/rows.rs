//! `GET /rows/{id}`: one row, from the database that `DATABASE_URL` names.

use std::env;
use std::error::Error;

use async_sqlite::rusqlite::OptionalExtension;
use deadpool_postgres::{PoolConfig, PoolError, Runtime};
use fastrail::prelude::*;
use tokio_postgres::NoTls;

/// The pool of the database that is measured
#[derive(Clone)]
pub enum Pool {
    Postgres(deadpool_postgres::Pool),
    Sqlite(async_sqlite::Pool),
    /// No database is measured
    None,
}

#[derive(ApiError)]
pub enum RowError {
    /// There is no such row
    #[api_error(status = 404, code = "row_not_found")]
    NotFound,
    /// Postgres does not answer
    #[api_error(status = 500, code = "database_error")]
    Postgres(#[from] PoolError),
    /// SQLite does not answer
    #[api_error(status = 500, code = "database_error")]
    Sqlite(#[from] async_sqlite::Error),
}

#[derive(Serialize, Schema)]
pub struct Row {
    id: i64,
    name: String,
}

/// The most connections to Postgres
const CONNECTIONS: usize = 10;

const READ: &str = "SELECT id, name FROM rows WHERE id = $1";

pub async fn connect(lifespan: Lifespan) -> Result<(), Box<dyn Error + Send + Sync>> {
    let pool = match env::var("DATABASE_URL") {
        Ok(url) => match url.strip_prefix("sqlite://") {
            Some(path) => Pool::Sqlite(async_sqlite::PoolBuilder::new().path(path).open().await?),
            None => {
                let config = deadpool_postgres::Config {
                    url: Some(url),
                    pool: Some(PoolConfig::new(CONNECTIONS)),
                    ..Default::default()
                };
                Pool::Postgres(config.create_pool(Some(Runtime::Tokio1), NoTls)?)
            }
        },
        Err(_) => Pool::None,
    };
    lifespan.provide(pool);
    Ok(())
}

/// Reads one row
#[get("/rows/{id}")]
pub async fn read_row(#[path(ge = 1)] id: i64, pool: State<Pool>) -> Result<Row, RowError> {
    let row = match &*pool {
        Pool::Postgres(pool) => from_postgres(pool, id).await?,
        Pool::Sqlite(pool) => from_sqlite(pool, id).await?,
        Pool::None => None,
    };
    row.ok_or(RowError::NotFound)
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
