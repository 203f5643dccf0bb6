//! What the caller may: `requires("users:read")` on an operation or a router.

use fastrail::prelude::*;

use crate::errors::PermissionProblem;
use crate::services::principal::CurrentUser;

/// The caller has a permission; it stands in the document as a scope of the operation
#[dependency(scopes = permission)]
pub async fn requires(#[parameter] permission: &'static str, user: CurrentUser) -> Result<(), PermissionProblem> {
    if user.has_permission(permission) { Ok(()) } else { Err(PermissionProblem::Forbidden { permission }) }
}
