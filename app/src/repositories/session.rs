//! The unit of work: everything that one request writes, kept or dropped as one.

use std::sync::Arc;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    TransactionTrait, prelude::async_trait::async_trait,
};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

use super::{
    DatabaseError,
    error::{ABORTED, FINISHED},
    postgres, sqlite,
};
use crate::constants::database::START_LOCK;

/// A transaction that writes. Clones share it.
///
/// - It takes a connection and begins (`BEGIN IMMEDIATE` on SQLite, `READ WRITE` on Postgres) at
///   its first statement, so a request that fails before, or hashes a password first, holds nothing.
/// - [`commit`](Self::commit) or [`rollback`](Self::rollback) ends it; every use after that is
///   [`DatabaseError::Finished`].
/// - Dropped without either (an error, a panic, a cancelled request), it is rolled back before
///   the connection is handed to anybody else.
/// - After a statement that failed or was cancelled halfway it can only roll back: commits then
///   answer [`DatabaseError::Aborted`]. Postgres works so (and would answer `COMMIT` with a
///   silent rollback); keeping the same rule on SQLite means that code behaves alike on both.
///
/// While it is open it has a connection, on SQLite the only one that writes: hold it across
/// statements only, never across hashing, a network call or another `Session`.
///
/// On SQLite no other unit of work runs beside it. On Postgres others do, at READ COMMITTED: what
/// is read to decide about a write is locked when it is read (`lock_…` of the repositories).
#[derive(Clone)]
pub struct Session {
    inner: Arc<Inner>,
}

struct Inner {
    writer: DatabaseConnection,
    state: Mutex<State>,
}

enum State {
    Idle,
    Open(Open),
    Finished,
}

struct Open {
    transaction: DatabaseTransaction,
    /// False while a statement runs, and for good once one has failed or was cancelled.
    sound: bool,
}

impl Session {
    pub(super) fn new(writer: DatabaseConnection) -> Self {
        let state = Mutex::new(State::Idle);
        Self { inner: Arc::new(Inner { writer, state }) }
    }

    /// Makes everything that was written last. Does nothing when there was no statement.
    ///
    /// # Errors
    /// [`DatabaseError::Aborted`] when a statement failed before, [`DatabaseError::Finished`]
    /// when the session was ended before, or what the database says. Nothing is kept then.
    pub async fn commit(&self) -> Result<(), DatabaseError> {
        match self.finish().await {
            State::Idle => Ok(()),
            State::Open(open) if open.sound => Ok(open.transaction.commit().await?),
            State::Open(open) => {
                open.transaction.rollback().await?;
                Err(DatabaseError::Aborted)
            }
            State::Finished => Err(DatabaseError::Finished),
        }
    }

    /// Drops everything that was written.
    ///
    /// # Errors
    /// [`DatabaseError::Finished`] when the session was ended before, or what the database says;
    /// nothing is kept then either.
    pub async fn rollback(&self) -> Result<(), DatabaseError> {
        match self.finish().await {
            State::Idle => Ok(()),
            State::Open(open) => Ok(open.transaction.rollback().await?),
            State::Finished => Err(DatabaseError::Finished),
        }
    }

    /// Waits for any other start of an instance, and makes others wait until this session ends.
    ///
    /// # Errors
    /// [`DatabaseError::Busy`] when another start takes too long.
    pub async fn lock_start(&self) -> Result<(), DatabaseError> {
        match self.get_database_backend() {
            DbBackend::Postgres => {
                let sql = format!("SELECT pg_advisory_xact_lock({START_LOCK})");
                self.execute_unprepared(&sql).await?;
            }
            // `BEGIN IMMEDIATE` has done it.
            _ => {
                self.execute_unprepared("SELECT 1").await?;
            }
        }
        Ok(())
    }

    async fn finish(&self) -> State {
        std::mem::replace(&mut *self.inner.state.lock().await, State::Finished)
    }

    /// The open transaction, begun now if it was not yet, with `sound` taken down for the length
    /// of one statement.
    async fn open(&self) -> Result<MappedMutexGuard<'_, Open>, DbErr> {
        let mut state = self.inner.state.lock().await;
        if matches!(*state, State::Idle) {
            let options = match self.get_database_backend() {
                DbBackend::Postgres => postgres::transaction(),
                _ => sqlite::transaction(),
            };
            let transaction = self.inner.writer.begin_with_options(options).await?;
            *state = State::Open(Open { transaction, sound: true });
        }
        let open = MutexGuard::try_map(state, |state| match state {
            State::Open(open) => Some(open),
            State::Idle | State::Finished => None,
        });
        let mut open = open.map_err(|_| DbErr::Custom(FINISHED.to_owned()))?;
        if !std::mem::replace(&mut open.sound, false) {
            return Err(DbErr::Custom(ABORTED.to_owned()));
        }
        Ok(open)
    }
}

#[async_trait]
impl ConnectionTrait for Session {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.writer.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let mut open = self.open().await?;
        let result = open.transaction.execute_raw(statement).await;
        open.sound = result.is_ok();
        result
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let mut open = self.open().await?;
        let result = open.transaction.execute_unprepared(sql).await;
        open.sound = result.is_ok();
        result
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let mut open = self.open().await?;
        let result = open.transaction.query_one_raw(statement).await;
        open.sound = result.is_ok();
        result
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut open = self.open().await?;
        let result = open.transaction.query_all_raw(statement).await;
        open.sound = result.is_ok();
        result
    }
}
