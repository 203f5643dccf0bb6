//! The databases of the benchmark, each with the same rows.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::endpoints::Database;
use super::servers::{Server, python};
use crate::services::Postgres;
use crate::{process, project};

/// A private Postgres, where it is installed, and an SQLite file; both end with this.
pub(crate) struct Databases {
    postgres: Option<Postgres>,
    sqlite: PathBuf,
}

/// A thousand rows, in SQL that both understand.
const ROWS: &str = "
    CREATE TABLE rows (id BIGINT PRIMARY KEY, name TEXT NOT NULL);
    INSERT INTO rows WITH RECURSIVE ids (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < 1000)
        SELECT id, 'row ' || id FROM ids;";

/// Runs SQL on an SQLite file; Python has SQLite with it.
const RUN_SQLITE: &str = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])";

impl Databases {
    pub(crate) fn start() -> Result<Self> {
        let sqlite = project::scratch("bench")?.join(format!("rows-{}.sqlite", std::process::id()));
        let databases = Self { postgres: Postgres::start()?, sqlite };
        for database in [Database::Sqlite, Database::Postgres] {
            if databases.has(database) {
                databases.execute(database, ROWS)?;
            }
        }
        Ok(databases)
    }

    pub(crate) fn has(&self, database: Database) -> bool {
        database == Database::Sqlite || self.postgres.is_some()
    }

    /// Runs statements, `TIMESTAMPTZ` being what the database calls it.
    pub(crate) fn execute(&self, database: Database, sql: &str) -> Result<()> {
        match database {
            Database::Postgres => self.postgres()?.ask(sql).map(drop),
            Database::Sqlite => {
                let sql = sql.replace("TIMESTAMPTZ", "DATETIME");
                process::run(Command::new(python()?).args(["-c", RUN_SQLITE]).arg(&self.sqlite).arg(sql))
            }
        }
    }

    /// The URL as the server's own library writes it.
    pub(crate) fn url(&self, database: Database, server: Server) -> Result<String> {
        if database == Database::Sqlite {
            let scheme = if server == Server::FastApi { "sqlite+aiosqlite" } else { "sqlite" };
            return Ok(format!("{scheme}:///{}", self.sqlite.display()));
        }
        let postgres = self.postgres()?;
        Ok(if server == Server::FastApi {
            format!("postgresql+asyncpg://{}@/postgres?host={}", Postgres::OWNER, postgres.folder().display())
        } else {
            postgres.url()
        })
    }

    /// The URL of a new Postgres database with nothing in it.
    pub(crate) fn empty_postgres(&self) -> Result<String> {
        let postgres = self.postgres()?;
        postgres.ask("CREATE DATABASE empty")?;
        let url = postgres.url();
        let (server, _) = url.rsplit_once('/').context("a URL without a database")?;
        Ok(format!("{server}/empty"))
    }

    fn postgres(&self) -> Result<&Postgres> {
        self.postgres.as_ref().context("Postgres is needed: install Debian's package `postgresql`")
    }
}

impl Drop for Databases {
    fn drop(&mut self) {
        // One that is not there has been removed by somebody else.
        let _ = fs::remove_file(&self.sqlite);
    }
}
