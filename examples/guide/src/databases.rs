//! Databases: SQLite on threads of its own, Postgres by a pool that knows its dead connections.

use std::path::PathBuf;
use std::time::Duration;

use async_sqlite::rusqlite::{self, OpenFlags, OptionalExtension, TransactionBehavior};
use async_sqlite::{Client, ClientBuilder, JournalMode, Pool, PoolBuilder};
use deadpool_postgres::{PoolConfig, PoolError, Runtime, Timeouts};
use fastrail::prelude::*;
use tokio_postgres::NoTls;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[derive(Serialize, Schema)]
pub struct Account {
    id: i64,
    cents: i64,
}

// ANCHOR: errors
#[derive(ApiError)]
pub enum AccountError {
    /// There is no such account
    #[api_error(status = 404, code = "account_not_found")]
    NotFound,
    /// There is not so much on the account
    #[api_error(status = 409, code = "not_enough")]
    NotEnough,
    /// The database does not answer; try again
    #[api_error(status = 503, code = "database_unavailable", header("Retry-After" = 1))]
    Sqlite(#[from] async_sqlite::Error),
    /// The database does not answer; try again
    #[api_error(status = 503, code = "database_unavailable", header("Retry-After" = 1))]
    Postgres(#[from] PoolError),
}
// ANCHOR_END: errors

impl From<rusqlite::Error> for AccountError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error.into())
    }
}

// ANCHOR: open
/// Readers beside each other, and the one writer that SQLite has
#[derive(Clone)]
pub struct Database {
    readers: Pool,
    writer: Client,
}

const TABLES: &str = "CREATE TABLE IF NOT EXISTS accounts (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL)";

async fn open(path: PathBuf, lifespan: Lifespan) -> Result<(), BoxError> {
    let writer = ClientBuilder::new().path(&path).journal_mode(JournalMode::Wal).open().await?;
    writer.conn(|connection| connection.execute_batch(TABLES)).await?;
    let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let readers = PoolBuilder::new().path(&path).flags(read_only).open().await?;
    let database = Database { readers, writer };
    lifespan.provide(database.clone());
    lifespan.on_shutdown(async move {
        let _ = database.readers.close().await;
        // The last one to close writes the log back into the file.
        let _ = database.writer.close().await;
    });
    Ok(())
}
// ANCHOR_END: open

// ANCHOR: read
#[get("/accounts/{id}")]
async fn read_account(id: i64, database: State<Database>) -> Result<Account, AccountError> {
    let read = move |connection: &rusqlite::Connection| {
        let mut read = connection.prepare_cached("SELECT id, cents FROM accounts WHERE id = ?")?;
        read.query_row([id], |row| Ok(Account { id: row.get(0)?, cents: row.get(1)? })).optional()
    };
    database.readers.conn(read).await?.ok_or(AccountError::NotFound)
}
// ANCHOR_END: read

#[derive(Deserialize, Schema)]
pub struct Transfer {
    from: i64,
    to: i64,
    #[schema(ge = 1)]
    cents: i64,
}

// ANCHOR: write
#[post("/transfers", status = 204)]
async fn transfer(body: Transfer, database: State<Database>) -> Result<(), AccountError> {
    let write = move |connection: &mut rusqlite::Connection| {
        let unit = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let take = "UPDATE accounts SET cents = cents - ?2 WHERE id = ?1 AND cents >= ?2";
        if unit.prepare_cached(take)?.execute((body.from, body.cents))? == 0 {
            return Err(AccountError::NotEnough);
        }
        let give = "UPDATE accounts SET cents = cents + ?2 WHERE id = ?1";
        if unit.prepare_cached(give)?.execute((body.to, body.cents))? == 0 {
            return Err(AccountError::NotFound); // dropped without `commit`, the unit is rolled back
        }
        Ok(unit.commit()?)
    };
    database.writer.conn_mut_and_then(write).await
}
// ANCHOR_END: write

// ANCHOR: connect
async fn connect(url: String, lifespan: Lifespan) -> Result<(), BoxError> {
    let patience = Some(Duration::from_secs(3));
    let timeouts = Timeouts { wait: patience, create: patience, recycle: patience };
    let config = deadpool_postgres::Config {
        url: Some(url),
        options: Some("-c statement_timeout=5s".to_owned()),
        pool: Some(PoolConfig { timeouts, ..PoolConfig::new(8) }),
        ..Default::default()
    };
    let pool = config.create_pool(Some(Runtime::Tokio1), NoTls)?;
    lifespan.provide(pool.clone());
    lifespan.on_shutdown(async move { pool.close() });
    Ok(())
}

#[get("/remote-accounts/{id}")]
async fn read_remote(id: i64, pool: State<deadpool_postgres::Pool>) -> Result<Account, AccountError> {
    remote(&pool, id).await?.ok_or(AccountError::NotFound)
}

async fn remote(pool: &deadpool_postgres::Pool, id: i64) -> Result<Option<Account>, PoolError> {
    let client = pool.get().await?;
    let read = client.prepare_cached("SELECT id, cents FROM accounts WHERE id = $1").await?;
    let row = client.query_opt(&read, &[&id]).await?;
    row.map(|row| Ok(Account { id: row.try_get(0)?, cents: row.try_get(1)? })).transpose()
}
// ANCHOR_END: connect

// ANCHOR: app
pub fn app(file: PathBuf, postgres: String) -> App {
    App::new("Bank", "1.0.0")
        .lifespan(|lifespan| open(file, lifespan))
        .lifespan(|lifespan| connect(postgres, lifespan))
        .include(routes![read_account, transfer, read_remote])
}
// ANCHOR_END: app

#[cfg(test)]
mod tests {
    use super::*;

    /// A bank with two accounts; nobody listens where its Postgres should be
    async fn bank() -> (tempfile::TempDir, TestClient) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("bank.sqlite");
        let seeded = rusqlite::Connection::open(&file).expect("a file");
        seeded.execute_batch(TABLES).expect("tables");
        seeded.execute_batch("INSERT INTO accounts VALUES (1, 500), (2, 0)").expect("rows");
        let nowhere = format!("postgres://nobody@{}/bank", folder.path().display().to_string().replace('/', "%2F"));
        (folder, TestClient::new(app(file, nowhere)).await)
    }

    async fn cents(client: &TestClient, id: i64) -> Value {
        client.get(&format!("/accounts/{id}")).await.assert_status(200).json::<Value>()["cents"].clone()
    }

    #[fastrail::test]
    async fn a_transfer_moves_all_or_nothing() {
        let (_folder, client) = bank().await;
        client.post("/transfers").json(json!({"from": 1, "to": 2, "cents": 200})).await.assert_status(204);
        client.post("/transfers").json(json!({"from": 1, "to": 2, "cents": 301})).await.assert_status(409);
        client.post("/transfers").json(json!({"from": 1, "to": 9, "cents": 300})).await.assert_status(404);
        assert_eq!([cents(&client, 1).await, cents(&client, 2).await], [json!(300), json!(200)]);
        client.get("/accounts/9").await.assert_status(404);
    }

    #[fastrail::test]
    async fn readers_cannot_write() {
        let (folder, _client) = bank().await;
        let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let file = folder.path().join("bank.sqlite");
        let readers = PoolBuilder::new().path(file).flags(read_only).open().await.expect("readers");
        assert!(readers.conn(|connection| connection.execute("DELETE FROM accounts", ())).await.is_err());
    }

    #[fastrail::test]
    async fn without_postgres_the_answer_says_when_to_try_again() {
        let (_folder, client) = bank().await;
        client.get("/remote-accounts/1").await.assert_status(503).assert_header("retry-after", "1");
    }
}
