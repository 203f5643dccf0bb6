//! Connections to Postgres: one pool, whose connections read unless a unit of work says otherwise.

use std::time::Duration;

use sea_orm::{
    AccessMode, ConnectOptions, DatabaseConnection, DbErr, TransactionOptions,
    sqlx::{Connection as _, Executor as _, postgres::PgConnection},
};

use super::DatabaseOptions;
use crate::constants::database::APPLICATION_NAME;

/// A connection that nobody uses is closed after this long, so that a quiet instance leaves the
/// server's connections to others.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// No connection lives longer, so that a server that was moved is found again.
const MAX_LIFETIME: Duration = Duration::from_secs(30 * 60);

/// Ends a transaction that a cancelled `begin` left open (sqlx #4385, #4393). Without the `BEGIN`
/// the server would write a warning into its log each time, for there is usually nothing to end.
const CLEAR: &str = "BEGIN; ROLLBACK";

/// Opens the pool, with one connection to see that the server is there.
pub(super) async fn connect(options: &DatabaseOptions) -> Result<DatabaseConnection, DbErr> {
    sea_orm::Database::connect(pool_options(options)).await
}

/// How a unit of work begins: on connections that cannot write, it says that it does.
pub(super) fn transaction() -> TransactionOptions {
    TransactionOptions { access_mode: Some(AccessMode::ReadWrite), ..TransactionOptions::default() }
}

fn pool_options(options: &DatabaseOptions) -> ConnectOptions {
    let settings = [
        ("default_transaction_read_only", "on".to_owned()),
        ("statement_timeout", milliseconds(options.statement_timeout)),
        ("lock_timeout", milliseconds(options.busy_timeout)),
        ("idle_in_transaction_session_timeout", milliseconds(options.idle_in_transaction_timeout)),
    ];
    let mut connect = ConnectOptions::new(&options.url);
    connect
        .max_connections(options.max_connections)
        .acquire_timeout(options.acquire_timeout)
        .idle_timeout(IDLE_TIMEOUT)
        .max_lifetime(MAX_LIFETIME)
        // `clear` asks the server anyway.
        .test_before_acquire(false)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_postgres_opts(move |postgres| postgres.application_name(APPLICATION_NAME).options(settings.clone()))
        .map_sqlx_postgres_before_acquire(|connection, _| Box::pin(clear(connection)));
    connect
}

/// Whether a connection may be handed out, made free of what its last user left on it.
async fn clear(connection: &mut PgConnection) -> Result<bool, sea_orm::sqlx::Error> {
    if connection.execute(CLEAR).await.is_err() {
        // In a transaction that has failed, `BEGIN` is an error and the rest is not read.
        connection.execute("ROLLBACK").await?;
    }
    Ok(!connection.is_in_transaction())
}

/// Postgres takes 0 for "no limit"; less than a millisecond is not meant so.
fn milliseconds(time: Duration) -> String {
    time.as_millis().max(1).to_string()
}
