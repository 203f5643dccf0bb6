//! Who is asking, by what they show it, and what they may do.

use std::collections::BTreeSet;

use crate::models::{ApiKeyId, LoginSessionId, Permission, UserId, Username};

/// What a caller shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// An access token or a cookie of one of our logins.
    Login(LoginSessionId),
    /// An API key.
    ApiKey(ApiKeyId),
    /// A token of an external identity provider.
    External,
}

/// The user in whose name a request is made, as the database knows them at this request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentUser {
    /// The user.
    pub id: UserId,
    /// What the user is called.
    pub username: Username,
    /// What the caller has shown.
    pub credential: Credential,
    /// What the caller may do: what all roles of the user allow and, with an API key, its scopes too.
    pub permissions: BTreeSet<Permission>,
}

impl CurrentUser {
    /// Whether the caller may do this.
    #[must_use]
    pub fn may(&self, permission: &Permission) -> bool {
        self.permissions.contains(permission)
    }

    /// Whether the caller has the permission of this name, such as `items:read`.
    #[must_use]
    pub fn has_permission(&self, name: &str) -> bool {
        self.permissions.iter().any(|held| held.as_str() == name)
    }

    /// The login that the caller has shown, if it was one of ours.
    #[must_use]
    pub fn session_id(&self) -> Option<LoginSessionId> {
        match self.credential {
            Credential::Login(id) => Some(id),
            Credential::ApiKey(_) | Credential::External => None,
        }
    }
}
