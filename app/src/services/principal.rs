//! Who is asking, and what they may do.

use std::collections::BTreeSet;

use crate::models::{LoginSessionId, Permission, UserId, Username};

/// The user whom the request's token names, as the database knows them at this request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentUser {
    /// The user.
    pub id: UserId,
    /// What the user is called.
    pub username: Username,
    /// The login that the token comes from.
    pub session_id: LoginSessionId,
    /// What the user may do, by all roles.
    pub permissions: BTreeSet<Permission>,
}

impl CurrentUser {
    /// Whether the user may do this.
    #[must_use]
    pub fn may(&self, permission: &Permission) -> bool {
        self.permissions.contains(permission)
    }

    /// Whether the user has the permission of this name, such as `items:read`.
    #[must_use]
    pub fn has_permission(&self, name: &str) -> bool {
        self.permissions.iter().any(|held| held.as_str() == name)
    }
}
