//! The table `refresh_tokens`: every refresh token that was given out, as its hash.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::{LoginSessionId, RefreshTokenId};

/// A refresh token; the token itself is not here.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_tokens")]
pub struct Model {
    /// Names the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RefreshTokenId,
    /// The login that it keeps alive.
    pub session_id: LoginSessionId,
    /// SHA-256 of the token.
    #[sea_orm(unique)]
    pub token_hash: Vec<u8>,
    /// When it was given out.
    pub created_at: DateTime<Utc>,
    /// When it stops to count.
    pub expires_at: DateTime<Utc>,
    /// When it was used, and so replaced.
    pub rotated_at: Option<DateTime<Utc>>,
    /// What replaced it.
    pub successor_id: Option<RefreshTokenId>,
    /// The token that replaced it, encrypted, so that a second use within the grace period can
    /// be answered alike.
    pub successor_sealed: Option<Vec<u8>>,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

/// No relation is declared: repositories write their joins out.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
