//! The table `users`: who can log in.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::{Direction, EmailAddress, FullName, PasswordHash, RoleName, Sort, SortField, UserId, Username};

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// Names the user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    /// Where the user is reached, as written.
    pub email: EmailAddress,
    /// The e-mail address in its unique form; written by `UserRepository` only.
    #[sea_orm(unique)]
    pub email_key: String,
    /// What the user is called, as written.
    pub username: Username,
    /// The username in its unique form; written by `UserRepository` only.
    #[sea_orm(unique)]
    pub username_key: String,
    /// The password's hash.
    pub password_hash: PasswordHash,
    /// The person's name.
    pub full_name: Option<FullName>,
    /// Whether the user may log in.
    pub is_active: bool,
    /// When the user was made.
    pub created_at: DateTime<Utc>,
    /// When the user was last changed.
    pub updated_at: DateTime<Utc>,
    /// When the user was deleted, if so. The address and the name stay taken, so that a restore
    /// always succeeds and nobody slips into a known name.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

impl Model {
    /// Whether the user can log in and use tokens.
    #[must_use]
    pub const fn may_log_in(&self) -> bool {
        self.is_active && self.deleted_at.is_none()
    }
}

/// No relation is declared: repositories write their joins out.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a list of users can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserSort {
    /// By the time of making.
    CreatedAt,
    /// By the time of the last change.
    UpdatedAt,
    /// By username, without case.
    Username,
    /// By e-mail address, without case.
    Email,
}

impl SortField for UserSort {
    const FIELDS: &'static [(&'static str, Self)] = &[
        ("created_at", Self::CreatedAt),
        ("updated_at", Self::UpdatedAt),
        ("username", Self::Username),
        ("email", Self::Email),
    ];
}

impl Default for Sort<UserSort> {
    fn default() -> Self {
        Self::by(UserSort::CreatedAt, Direction::Ascending)
    }
}

/// Which users a list has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Part of the username, the e-mail address or the full name, without case.
    pub q: Option<String>,
    /// Only those who are (not) active.
    pub is_active: Option<bool>,
    /// Only those who have this role.
    pub role: Option<RoleName>,
    /// Only those made at this time or later.
    pub created_from: Option<DateTime<Utc>>,
    /// Only those made before this time.
    pub created_before: Option<DateTime<Utc>>,
    /// Deleted ones too; they are left out otherwise.
    pub include_deleted: bool,
}
