//! The table `sessions`: a login, from its password to its logout.
//!
//! Called a login session here, because a `Session` is a unit of work of the database.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::{LoginSessionId, UserId};

/// How a login shows itself with each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum LoginKind {
    /// By access tokens, which its refresh token renews.
    #[sea_orm(string_value = "token")]
    Token,
    /// By a cookie of a browser.
    #[sea_orm(string_value = "cookie")]
    Cookie,
}

/// A login.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// Names the login; the `sid` of its access tokens.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LoginSessionId,
    /// Who logged in.
    pub user_id: UserId,
    /// How it shows itself.
    pub kind: LoginKind,
    /// SHA-256 of the cookie's value, for a login by cookie.
    #[sea_orm(unique)]
    pub cookie_hash: Option<Vec<u8>>,
    /// Where the user logged in from: an address, or the first half of one of IPv6.
    pub address: Option<String>,
    /// With what, as the client calls itself.
    pub user_agent: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When its refresh token was last used; a cookie's login keeps the time of its making.
    pub last_used_at: DateTime<Utc>,
    /// When it ends; each refresh moves it, a cookie's login ends then.
    pub expires_at: DateTime<Utc>,
    /// When it was ended by a logout, another password, a reuse of a refresh token or an administrator.
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
