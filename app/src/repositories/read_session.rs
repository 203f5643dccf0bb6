//! The way to read.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    prelude::async_trait::async_trait,
};

use super::error::READ_ONLY;

/// Reads through the pool of readers. Cheap to clone.
///
/// Each statement sees what was committed when it began, and holds a connection for its own
/// length only. Two statements may so see two states. A snapshot for the whole request was the
/// alternative; it would hold a connection while the request hashes a password or waits for its
/// client, and could starve the pool. What must be consistent with a write is read in the
/// write's own `Session`.
///
/// It cannot write three times over: repositories have no writing method on it, it refuses
/// `execute`, and its connections (SQLite) or transactions (Postgres) are read-only.
///
/// ```
/// # use app::{models::{User, UserId}, repositories::{DatabaseError, ReadSession, UserRepository}};
/// async fn read(read: ReadSession, id: UserId) -> Result<Option<User>, DatabaseError> {
///     UserRepository::new(read).get_by_id(id).await
/// }
/// ```
///
/// ```compile_fail,E0599
/// # use app::{models::{User, UserId}, repositories::{DatabaseError, ReadSession, UserRepository}};
/// async fn write(read: ReadSession, user: User) -> Result<User, DatabaseError> {
///     UserRepository::new(read).create(user).await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct ReadSession {
    reader: DatabaseConnection,
}

impl ReadSession {
    pub(super) fn new(reader: DatabaseConnection) -> Self {
        Self { reader }
    }
}

#[async_trait]
impl ConnectionTrait for ReadSession {
    fn get_database_backend(&self) -> DbBackend {
        self.reader.get_database_backend()
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        Err(DbErr::Custom(READ_ONLY.to_owned()))
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(DbErr::Custom(READ_ONLY.to_owned()))
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.reader.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.reader.query_all_raw(statement).await
    }
}
