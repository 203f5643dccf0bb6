//! The rows of `api_keys`.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, LockType},
};

use super::{Connection, DatabaseError, Repository, Session, repository::versioned};
use crate::models::{ApiKey, ApiKeyId, Page, PageRequest, UserId, api_key};

versioned!(api_key, ApiKeyId);

/// API keys, known by their hashes. Those that were taken back are found by their hash alone.
#[derive(Debug, Clone)]
pub struct ApiKeyRepository<C> {
    rows: Repository<api_key::Entity, C>,
}

impl<C: Connection> ApiKeyRepository<C> {
    /// A repository on a connection.
    pub const fn new(connection: C) -> Self {
        Self { rows: Repository::new(connection) }
    }

    /// The key with this SHA-256, alive or not.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer, here and below.
    pub async fn get_by_hash(&self, hash: &[u8]) -> Result<Option<ApiKey>, DatabaseError> {
        self.rows.find_one(api_key::Entity::find().filter(api_key::Column::KeyHash.eq(hash.to_vec()))).await
    }

    /// A user's keys that were not taken back, the newest first; expired ones too.
    ///
    /// # Errors
    /// As above.
    pub async fn list_of(&self, user: UserId, page: PageRequest) -> Result<Page<ApiKey>, DatabaseError> {
        let newest_first = of(user).order_by(api_key::Column::CreatedAt, Order::Desc);
        self.rows.list(newest_first.order_by(api_key::Column::Id, Order::Desc), page).await
    }

    /// How many keys of a user count.
    ///
    /// # Errors
    /// As above.
    pub async fn count_of(&self, user: UserId, now: DateTime<Utc>) -> Result<u64, DatabaseError> {
        let expires = api_key::Column::ExpiresAt;
        let alive = Condition::any().add(expires.is_null()).add(expires.gt(now));
        Ok(of(user).filter(alive).count(self.rows.connection()).await?)
    }
}

impl ApiKeyRepository<Session> {
    /// A user's key that was not taken back, held against others until the session ends.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn lock_by_id(&self, user: UserId, id: ApiKeyId) -> Result<Option<ApiKey>, DatabaseError> {
        let select = of(user).filter(api_key::Column::Id.eq(id));
        self.rows.find_one(select.lock(LockType::NoKeyUpdate)).await
    }

    /// Adds a key.
    ///
    /// # Errors
    /// [`DatabaseError::Constraint`] when there is no such user.
    pub async fn create(&self, key: ApiKey) -> Result<ApiKey, DatabaseError> {
        self.rows.create(key).await
    }

    /// Replaces a key.
    ///
    /// # Errors
    /// [`DatabaseError::Stale`] when it was changed since it was read.
    pub async fn update(&self, key: ApiKey) -> Result<ApiKey, DatabaseError> {
        self.rows.update(key).await
    }

    /// Notes a use, unless a later one is noted. The version stays: a use is no change that others must know of.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn note_use(&self, id: ApiKeyId, now: DateTime<Utc>) -> Result<(), DatabaseError> {
        let used = api_key::Column::LastUsedAt;
        api_key::Entity::update_many()
            .col_expr(used, Expr::value(now))
            .filter(api_key::Column::Id.eq(id))
            .filter(Condition::any().add(used.is_null()).add(Expr::col(used).lt(now)))
            .exec(self.rows.connection())
            .await?;
        Ok(())
    }
}

fn of(user: UserId) -> Select<api_key::Entity> {
    api_key::Entity::find().filter(api_key::Column::UserId.eq(user)).filter(api_key::Column::RevokedAt.is_null())
}
