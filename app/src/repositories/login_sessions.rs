//! The rows of `sessions`: logins.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use super::{Connection, DatabaseError, Repository, Session, repository::versioned};
use crate::models::{LoginSession, LoginSessionId, UserId, login_session};

versioned!(login_session, LoginSessionId);

/// Logins.
#[derive(Debug, Clone)]
pub struct LoginSessionRepository<C> {
    rows: Repository<login_session::Entity, C>,
}

impl<C: Connection> LoginSessionRepository<C> {
    /// A repository on a connection.
    pub const fn new(connection: C) -> Self {
        Self { rows: Repository::new(connection) }
    }

    /// The login of this id, alive or not.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn get_by_id(&self, id: LoginSessionId) -> Result<Option<LoginSession>, DatabaseError> {
        self.rows.get_by_id(id).await
    }
}

impl LoginSessionRepository<Session> {
    /// The login of this id, alive or not, held against others until the session ends.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn lock_by_id(&self, id: LoginSessionId) -> Result<Option<LoginSession>, DatabaseError> {
        let select = login_session::Entity::find().filter(login_session::Column::Id.eq(id));
        self.rows.find_one(select.lock_exclusive()).await
    }

    /// Adds a login.
    ///
    /// # Errors
    /// [`DatabaseError::Constraint`] when there is no such user.
    pub async fn create(&self, session: LoginSession) -> Result<LoginSession, DatabaseError> {
        self.rows.create(session).await
    }

    /// Replaces a login.
    ///
    /// # Errors
    /// [`DatabaseError::Stale`] when it was changed since it was read.
    pub async fn update(&self, session: LoginSession) -> Result<LoginSession, DatabaseError> {
        self.rows.update(session).await
    }

    /// Ends a login; one that has ended keeps its time.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn revoke(&self, id: LoginSessionId, now: DateTime<Utc>) -> Result<(), DatabaseError> {
        self.revoke_where(login_session::Column::Id.eq(id), now).await
    }

    /// Ends every login of a user.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn revoke_all_of(&self, user: UserId, now: DateTime<Utc>) -> Result<(), DatabaseError> {
        self.revoke_where(login_session::Column::UserId.eq(user), now).await
    }

    async fn revoke_where(&self, which: Expr, now: DateTime<Utc>) -> Result<(), DatabaseError> {
        let version = login_session::Column::Version;
        login_session::Entity::update_many()
            .col_expr(login_session::Column::RevokedAt, Expr::value(now))
            .col_expr(version, Expr::col(version).add(1))
            .filter(which)
            .filter(login_session::Column::RevokedAt.is_null())
            .exec(self.rows.connection())
            .await?;
        Ok(())
    }
}
