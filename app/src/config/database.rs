//! Where the database is and how it is used.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use fastrail::Settings;
use sea_orm::sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// Settings of the database.
#[derive(Debug, Clone, Settings)]
pub struct DatabaseSettings {
    /// Folder for the database and other files
    #[setting(name = "DATA_DIR", default = "./data")]
    pub data_dir: PathBuf,
    /// `sqlite:` and a path, or `postgres:` and where the server is; without it a file under `DATA_DIR`. A secret, because
    /// the URL of a server holds a password
    #[setting(name = "DATABASE_URL", default = default_url(data_dir), check = is_database)]
    pub url: SecretString,
    /// The most connections; on SQLite one more, which writes
    #[setting(default = 8, ge = 1, le = 1000)]
    pub max_connections: u32,
    /// How long a request waits for a connection
    #[setting(default = "3s", ge = "100ms", le = "1m")]
    pub acquire_timeout: Duration,
    /// How long a statement waits for another's lock
    #[setting(default = "5s", ge = "0ms", le = "1m")]
    pub busy_timeout: Duration,
    /// How long a statement may run. Postgres only
    #[setting(default = "30s", ge = "10ms", le = "1h")]
    pub statement_timeout: Duration,
    /// How long a transaction may pause between its statements before the server ends it. Postgres only
    #[setting(default = "10s", ge = "100ms", le = "1h")]
    pub idle_in_transaction_timeout: Duration,
}

/// The file under `DATA_DIR`. SQLite's URLs are percent-encoded and end at a question mark.
fn default_url(data_dir: &Path) -> SecretString {
    let path = data_dir.join("app.db").display().to_string();
    SecretString::from(format!("sqlite:{}", path.replace('%', "%25").replace('?', "%3F")))
}

/// Names the scheme only: the rest of a URL can hold a password.
fn is_database(url: &SecretString) -> Result<(), String> {
    let url = url.expose_secret();
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
