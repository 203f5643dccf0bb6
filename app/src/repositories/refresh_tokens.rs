//! The rows of `refresh_tokens`.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::{Connection, DatabaseError, Repository, Session, repository::versioned};
use crate::models::{RefreshToken, RefreshTokenId, refresh_token};

versioned!(refresh_token, RefreshTokenId);

/// Refresh tokens, known by their hashes.
#[derive(Debug, Clone)]
pub struct RefreshTokenRepository<C> {
    rows: Repository<refresh_token::Entity, C>,
}

impl<C: Connection> RefreshTokenRepository<C> {
    /// A repository on a connection.
    pub const fn new(connection: C) -> Self {
        Self { rows: Repository::new(connection) }
    }

    /// The token with this SHA-256.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn get_by_hash(&self, hash: &[u8]) -> Result<Option<RefreshToken>, DatabaseError> {
        self.rows.find_one(by_hash(hash)).await
    }

    /// The token of this row.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn get_by_id(&self, id: RefreshTokenId) -> Result<Option<RefreshToken>, DatabaseError> {
        self.rows.get_by_id(id).await
    }
}

impl RefreshTokenRepository<Session> {
    /// The token with this SHA-256, held against others until the session ends (on SQLite the
    /// session holds the whole database against other writers anyway).
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn lock_by_hash(&self, hash: &[u8]) -> Result<Option<RefreshToken>, DatabaseError> {
        self.rows.find_one(by_hash(hash).lock_exclusive()).await
    }

    /// Adds a token.
    ///
    /// # Errors
    /// [`DatabaseError::Constraint`] when there is no such login.
    pub async fn create(&self, token: RefreshToken) -> Result<RefreshToken, DatabaseError> {
        self.rows.create(token).await
    }

    /// Replaces a token.
    ///
    /// # Errors
    /// [`DatabaseError::Stale`] when it was changed since it was read.
    pub async fn update(&self, token: RefreshToken) -> Result<RefreshToken, DatabaseError> {
        self.rows.update(token).await
    }
}

fn by_hash(hash: &[u8]) -> sea_orm::Select<refresh_token::Entity> {
    refresh_token::Entity::find().filter(refresh_token::Column::TokenHash.eq(hash.to_vec()))
}
