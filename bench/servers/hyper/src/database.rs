//! `GET /rows/{id}`: one row, from the database that `DATABASE_URL` names.

use std::env;
use std::error::Error;

use async_sqlite::rusqlite::OptionalExtension;
use deadpool_postgres::{PoolConfig, PoolError, Runtime};
use hyper::StatusCode;
use serde::Serialize;
use tokio_postgres::NoTls;

use crate::answer::{self, Answer, Checks};

pub enum Pool {
    Postgres(deadpool_postgres::Pool),
    Sqlite(async_sqlite::Pool),
    /// No database is measured
    None,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
}

/// The most connections to Postgres
const CONNECTIONS: usize = 10;

const READ: &str = "SELECT id, name FROM rows WHERE id = $1";

impl Pool {
    pub async fn connect() -> Result<Self, Box<dyn Error>> {
        let Ok(url) = env::var("DATABASE_URL") else { return Ok(Self::None) };
        if let Some(path) = url.strip_prefix("sqlite://") {
            return Ok(Self::Sqlite(async_sqlite::PoolBuilder::new().path(path).open().await?));
        }
        let config = deadpool_postgres::Config {
            url: Some(url),
            pool: Some(PoolConfig::new(CONNECTIONS)),
            ..Default::default()
        };
        Ok(Self::Postgres(config.create_pool(Some(Runtime::Tokio1), NoTls)?))
    }

    pub async fn read(&self, id: &str) -> Answer {
        let Ok(id) = id.parse::<i64>() else {
            let mut checks = Checks::default();
            checks.not_an_integer(&["path", "id"], id);
            return checks.verdict().err().unwrap_or_else(|| answer::status(StatusCode::UNPROCESSABLE_ENTITY));
        };
        let row = match self {
            Self::Postgres(pool) => from_postgres(pool, id).await.map_err(drop),
            Self::Sqlite(pool) => from_sqlite(pool, id).await.map_err(drop),
            Self::None => Ok(None),
        };
        match row {
            Ok(Some(row)) => answer::json(StatusCode::OK, &row),
            Ok(None) => answer::status(StatusCode::NOT_FOUND),
            Err(()) => answer::status(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
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
