//! The names of permissions and roles. Which role has which permission is data, not code: see
//! the tables of `role`, `permission` and `role_permission`.

use std::{borrow::Cow, fmt, str::FromStr};

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

/// What a caller may do, as `resource:action`.
///
/// Open on purpose: during a rolling update the database may name a permission that this binary
/// does not know yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType)]
#[serde(try_from = "String", into = "String")]
#[sea_orm(value_type = "String")]
pub struct Permission(Cow<'static, str>);

/// The text is not `resource:action` in lower-case letters and underscores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("should be 'resource:action' in lower-case letters and underscores")]
pub struct PermissionError;

impl Permission {
    /// The longest name.
    pub const MAX_CHARS: usize = 100;

    /// Read every user.
    pub const USERS_READ: Self = Self(Cow::Borrowed("users:read"));
    /// Make, change, delete and restore every user.
    pub const USERS_WRITE: Self = Self(Cow::Borrowed("users:write"));
    /// Read roles and what can be allowed.
    pub const ROLES_READ: Self = Self(Cow::Borrowed("roles:read"));
    /// Make, change, delete, give and take roles.
    pub const ROLES_WRITE: Self = Self(Cow::Borrowed("roles:write"));
    /// Read items of one's own.
    pub const ITEMS_READ: Self = Self(Cow::Borrowed("items:read"));
    /// Make, change and delete items of one's own.
    pub const ITEMS_WRITE: Self = Self(Cow::Borrowed("items:write"));
    /// Read everybody's items.
    pub const ITEMS_READ_ALL: Self = Self(Cow::Borrowed("items:read_all"));
    /// Change and delete everybody's items.
    pub const ITEMS_WRITE_ALL: Self = Self(Cow::Borrowed("items:write_all"));

    /// The permission's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Permission {
    type Err = PermissionError;

    fn from_str(text: &str) -> Result<Self, PermissionError> {
        let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        match text.split_once(':') {
            Some((resource, action)) if word(resource) && word(action) && text.len() <= Self::MAX_CHARS => {
                Ok(Self(Cow::Owned(text.to_owned())))
            }
            _ => Err(PermissionError),
        }
    }
}

impl TryFrom<String> for Permission {
    type Error = PermissionError;

    fn try_from(text: String) -> Result<Self, PermissionError> {
        text.parse()
    }
}

impl From<Permission> for String {
    fn from(permission: Permission) -> Self {
        permission.0.into_owned()
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a role: a lower-case letter, then up to 49 of `a-z 0-9 _ -`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType)]
#[serde(try_from = "String", into = "String")]
#[sea_orm(value_type = "String")]
pub struct RoleName(Cow<'static, str>);

/// The text is no name of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("should be up to 50 lower-case letters, digits, '_' and '-', a letter first")]
pub struct RoleNameError;

impl RoleName {
    /// What everybody who registers is.
    pub const USER: Self = Self(Cow::Borrowed("user"));
    /// Who may do everything.
    pub const ADMIN: Self = Self(Cow::Borrowed("admin"));
    /// The longest name.
    pub const MAX_CHARS: usize = 50;

    /// The role's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RoleName {
    type Err = RoleNameError;

    fn from_str(text: &str) -> Result<Self, RoleNameError> {
        let is_allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
        let begins_well = text.starts_with(|c: char| c.is_ascii_lowercase());
        if begins_well && text.len() <= Self::MAX_CHARS && text.bytes().all(is_allowed) {
            Ok(Self(Cow::Owned(text.to_owned())))
        } else {
            Err(RoleNameError)
        }
    }
}

impl TryFrom<String> for RoleName {
    type Error = RoleNameError;

    fn try_from(text: String) -> Result<Self, RoleNameError> {
        text.parse()
    }
}

impl From<RoleName> for String {
    fn from(name: RoleName) -> Self {
        name.0.into_owned()
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
