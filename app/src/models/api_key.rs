//! The table `api_keys`: what programs show instead of a login.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use super::{ApiKeyId, Permission, UserId, text::text};

text!(
    /// What its owner knows a key by, up to 100 characters.
    ApiKeyName,
    100
);

/// What a key may do at most. Stored as a JSON array.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Scopes(pub BTreeSet<Permission>);

impl Scopes {
    /// The most scopes of one key.
    pub const MAX_SCOPES: usize = 100;
}

/// A key; the key itself is not here.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    /// Names the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiKeyId,
    /// In whose name it acts.
    pub user_id: UserId,
    /// What its owner knows it by.
    pub name: ApiKeyName,
    /// Its first eight characters, to be told from others.
    pub prefix: String,
    /// Its last four characters.
    pub last_four: String,
    /// SHA-256 of the key.
    #[sea_orm(unique)]
    pub key_hash: Vec<u8>,
    /// What it may do at most; never more than its owner at the time.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops to count; never, while empty.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

impl Model {
    /// Whether it counts.
    #[must_use]
    pub fn is_alive(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// No relation is declared: repositories write their joins out.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
