//! The table `sessions`: a login, from its password to its logout.
//!
//! Called a login session here, because a `Session` is a unit of work of the database.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::{LoginSessionId, UserId};

/// A login.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// Names the login; the `sid` of its access tokens.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LoginSessionId,
    /// Who logged in.
    pub user_id: UserId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When its refresh token was last used.
    pub last_used_at: DateTime<Utc>,
    /// When it ends without use; each refresh moves it.
    pub expires_at: DateTime<Utc>,
    /// When it was ended by a logout, a reuse of a refresh token or an administrator.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

impl Model {
    /// Whether its tokens still count.
    #[must_use]
    pub fn is_alive(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

/// No relation is declared: repositories write their joins out.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
