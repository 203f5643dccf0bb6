//! The rows of `signing_keys`.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder};

use super::{Connection, DatabaseError, Repository, Session, repository::versioned};
use crate::models::{SigningKey, SigningKeyId, signing_key};

versioned!(signing_key, SigningKeyId);

/// Signing keys.
#[derive(Debug, Clone)]
pub struct SigningKeyRepository<C> {
    rows: Repository<signing_key::Entity, C>,
}

impl<C: Connection> SigningKeyRepository<C> {
    /// A repository on a connection.
    pub const fn new(connection: C) -> Self {
        Self { rows: Repository::new(connection) }
    }

    /// The keys that verify now, the newest first.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn list_current(&self, now: DateTime<Utc>) -> Result<Vec<SigningKey>, DatabaseError> {
        let current =
            Condition::any().add(signing_key::Column::NotAfter.is_null()).add(signing_key::Column::NotAfter.gt(now));
        Ok(signing_key::Entity::find()
            .filter(current)
            .order_by(signing_key::Column::CreatedAt, Order::Desc)
            .order_by(signing_key::Column::Id, Order::Desc)
            .all(self.rows.connection())
            .await?)
    }
}

impl SigningKeyRepository<Session> {
    /// Adds a key.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn create(&self, key: SigningKey) -> Result<SigningKey, DatabaseError> {
        self.rows.create(key).await
    }

    /// Replaces a key.
    ///
    /// # Errors
    /// [`DatabaseError::Stale`] when it was changed since it was read.
    pub async fn update(&self, key: SigningKey) -> Result<SigningKey, DatabaseError> {
        self.rows.update(key).await
    }
}
