//! Somebody has got an account, by registering or from an administrator.

use fastrail::prelude::*;

use crate::models::UserId;

/// Somebody has got an account
///
/// It names the user and says no more, so that no personal data lies where events do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, DomainEvent)]
pub struct UserRegistered {
    /// Who
    pub user_id: UserId,
}
