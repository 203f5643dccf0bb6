//! Where the database is and how it is used.

use std::{path::Path, time::Duration};

use sea_orm::sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};
use secrecy::SecretString;
use url::Url;

use super::{durations::duration, reader::Reader};

/// Settings of the database.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// `DATABASE_URL`: `sqlite:` and a path (a file under `DATA_DIR`), or `postgres:` and where
    /// the server is. A secret, because the URL of a server holds a password.
    pub url: SecretString,
    /// `DATABASE__MAX_CONNECTIONS`: the most connections (8); on SQLite one more, which writes.
    pub max_connections: u32,
    /// `DATABASE__ACQUIRE_TIMEOUT`: how long a request waits for a connection (3s).
    pub acquire_timeout: Duration,
    /// `DATABASE__BUSY_TIMEOUT`: how long a statement waits for another's lock (5s).
    pub busy_timeout: Duration,
    /// `DATABASE__STATEMENT_TIMEOUT`: how long a statement may run (30s). Postgres only.
    pub statement_timeout: Duration,
    /// `DATABASE__IDLE_IN_TRANSACTION_TIMEOUT`: how long a transaction may pause between its
    /// statements before the server ends it (10s). Postgres only.
    pub idle_in_transaction_timeout: Duration,
}

impl DatabaseSettings {
    pub(super) fn read(reader: &mut Reader, data_dir: &Path) -> Self {
        let default = default_url(data_dir);
        let url = reader.parse("DATABASE_URL", default, |url| check_url(url).map(|()| url.to_owned()));
        Self {
            url: SecretString::from(url),
            max_connections: reader.number("DATABASE__MAX_CONNECTIONS", 8, 1..=1000),
            acquire_timeout: duration(reader, "DATABASE__ACQUIRE_TIMEOUT", Duration::from_secs(3), ("100ms", "1m")),
            busy_timeout: duration(reader, "DATABASE__BUSY_TIMEOUT", Duration::from_secs(5), ("0ms", "1m")),
            statement_timeout: duration(reader, "DATABASE__STATEMENT_TIMEOUT", Duration::from_secs(30), ("10ms", "1h")),
            idle_in_transaction_timeout: duration(
                reader,
                "DATABASE__IDLE_IN_TRANSACTION_TIMEOUT",
                Duration::from_secs(10),
                ("100ms", "1h"),
            ),
        }
    }
}

/// The file under `DATA_DIR`. SQLite's URLs are percent-encoded and end at a question mark.
fn default_url(data_dir: &Path) -> String {
    let path = data_dir.join("app.db").display().to_string();
    format!("sqlite:{}", path.replace('%', "%25").replace('?', "%3F"))
}

/// Names the scheme only: the rest of a URL can hold a password.
fn check_url(url: &str) -> Result<(), String> {
    let Some((scheme, path)) = url.split_once(':') else {
        return Err("should be a URL, such as sqlite:data/app.db".to_owned());
    };
    match scheme {
        "sqlite" if path.contains(":memory:") || path.contains("mode=memory") => {
            Err("should name a file: a database in memory cannot be shared by connections".to_owned())
        }
        "sqlite" if path.trim_start_matches('/').is_empty() => {
            Err("should name a file, such as sqlite:data/app.db".to_owned())
        }
        "sqlite" if url.parse::<SqliteConnectOptions>().is_err() => {
            Err("should be a URL that SQLite takes, such as sqlite:data/app.db".to_owned())
        }
        "sqlite" => Ok(()),
        "postgres" | "postgresql" => check_server(url),
        _ => Err(format!("should begin with sqlite: or postgres:, and begins with {scheme}:")),
    }
}

fn check_server(url: &str) -> Result<(), String> {
    const EXPECTED: &str = "should be a URL that Postgres takes, such as postgres://user:password@host:5432/name";
    let has_database = |url: &Url| url.path().len() > 1 || url.query_pairs().any(|(name, _)| name == "dbname");
    match Url::parse(url) {
        Ok(parsed) if has_database(&parsed) && url.parse::<PgConnectOptions>().is_ok() => Ok(()),
        _ => Err(EXPECTED.to_owned()),
    }
}
