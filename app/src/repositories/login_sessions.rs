//! The rows of `sessions`: logins.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use super::{Connection, DatabaseError, Repository, Session, repository::versioned};
use crate::models::{LoginSession, LoginSessionId, Page, PageRequest, UserId, login_session};

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

    /// The login whose cookie has this SHA-256, alive or not.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn get_by_cookie(&self, hash: &[u8]) -> Result<Option<LoginSession>, DatabaseError> {
        let select = login_session::Entity::find().filter(login_session::Column::CookieHash.eq(hash.to_vec()));
        self.rows.find_one(select).await
    }

    /// A user's logins that are alive, the one that was used last first.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn list_of(
        &self,
        user: UserId,
        now: DateTime<Utc>,
        page: PageRequest,
    ) -> Result<Page<LoginSession>, DatabaseError> {
        let alive = login_session::Entity::find()
            .filter(login_session::Column::UserId.eq(user))
            .filter(login_session::Column::RevokedAt.is_null())
            .filter(login_session::Column::ExpiresAt.gt(now))
            .order_by(login_session::Column::LastUsedAt, Order::Desc)
            .order_by(login_session::Column::Id, Order::Desc);
        self.rows.list(alive, page).await
    }

    /// Whether a user has logged in from an address since a time.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn has_come_from(
        &self,
        user: UserId,
        address: &str,
        since: DateTime<Utc>,
    ) -> Result<bool, DatabaseError> {
        let select = login_session::Entity::find()
            .filter(login_session::Column::UserId.eq(user))
            .filter(login_session::Column::Address.eq(address))
            .filter(login_session::Column::CreatedAt.gt(since));
        Ok(self.rows.find_one(select).await?.is_some())
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

    /// Ends every login of a user but one.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn revoke_others_of(
        &self,
        user: UserId,
        kept: LoginSessionId,
        now: DateTime<Utc>,
    ) -> Result<(), DatabaseError> {
        let others = login_session::Column::UserId.eq(user).and(login_session::Column::Id.ne(kept));
        self.revoke_where(others, now).await
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
