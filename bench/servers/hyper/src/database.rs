//! `GET /rows/{id}`: one row, from the database that `DATABASE_URL` names.

use hyper::StatusCode;
use serde::Serialize;
use sqlx::{PgPool, SqlitePool};

use crate::answer::{self, Answer, Checks};

pub enum Pool {
    Postgres(PgPool),
    Sqlite(SqlitePool),
    /// No database is measured
    None,
}

#[derive(Serialize, sqlx::FromRow)]
struct Row {
    id: i64,
    name: String,
}

const READ: &str = "SELECT id, name FROM rows WHERE id = $1";

impl Pool {
    pub async fn connect() -> Result<Self, sqlx::Error> {
        Ok(match std::env::var("DATABASE_URL") {
            Ok(url) if url.starts_with("postgres") => Self::Postgres(PgPool::connect(&url).await?),
            Ok(url) => Self::Sqlite(SqlitePool::connect(&url).await?),
            Err(_) => Self::None,
        })
    }

    pub async fn read(&self, id: &str) -> Answer {
        let Ok(id) = id.parse::<i64>() else {
            let mut checks = Checks::default();
            checks.not_an_integer(&["path", "id"], id);
            return checks.verdict().err().unwrap_or_else(|| answer::status(StatusCode::UNPROCESSABLE_ENTITY));
        };
        let row = match self {
            Self::Postgres(pool) => sqlx::query_as::<_, Row>(READ).bind(id).fetch_optional(pool).await,
            Self::Sqlite(pool) => sqlx::query_as::<_, Row>(READ).bind(id).fetch_optional(pool).await,
            Self::None => Ok(None),
        };
        match row {
            Ok(Some(row)) => answer::json(StatusCode::OK, &row),
            Ok(None) => answer::status(StatusCode::NOT_FOUND),
            Err(_) => answer::status(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}
