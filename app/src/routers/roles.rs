//! Roles, and what can be allowed.

use fastrail::prelude::*;

use crate::dependencies::listing::PageRequest;
use crate::dependencies::permissions::requires;
use crate::dependencies::services::{RoleReader, RoleWriter};
use crate::errors::{DatabaseProblem, RoleProblem, RoleWriteProblem};
use crate::schemas::PageOut;
use crate::schemas::roles::{PermissionsOut, RoleCreate, RoleOut, RoleUpdate};
use crate::services::principal::CurrentUser;
use crate::services::roles::{NewRole, RoleChanges};

/// The operations below `/roles`, and the list of permissions
pub fn router() -> Router {
    Router::new("").tags(["roles"]).include(routes![
        list_roles,
        create_role,
        read_role,
        update_role,
        delete_role,
        list_permissions
    ])
}

/// List roles
///
/// With what each may do.
#[get("/roles", requires("roles:read"))]
pub async fn list_roles(page: PageRequest, roles: RoleReader) -> Result<PageOut<RoleOut>, DatabaseProblem> {
    Ok(roles.list(page).await?.into())
}

/// Make a role
///
/// You give only what you may do yourself.
#[post("/roles", status = 201, requires("roles:write"))]
pub async fn create_role(
    user: CurrentUser,
    body: RoleCreate,
    roles: RoleWriter,
) -> Result<(Location, RoleOut), RoleWriteProblem> {
    let RoleCreate { name, description, permissions } = body;
    let role = RoleOut::from(roles.create(&user, NewRole { name, description, permissions }).await?);
    Ok((Location::of(role.location()), role))
}

/// Read a role
#[get("/roles/{role_id}", requires("roles:read"))]
pub async fn read_role(role_id: Uuid, roles: RoleReader) -> Result<RoleOut, RoleProblem> {
    Ok(roles.get(role_id.into()).await?.into())
}

/// Change a role
///
/// What is absent stays (RFC 7396). Its holders may, or may not, from their next request on.
#[patch("/roles/{role_id}", requires("roles:write"))]
pub async fn update_role(
    role_id: Uuid,
    user: CurrentUser,
    body: RoleUpdate,
    roles: RoleWriter,
) -> Result<RoleOut, RoleWriteProblem> {
    let RoleUpdate { name, description, permissions } = body;
    let (name, description) = (name.into_option(), description.into_option());
    let changes = RoleChanges { name, description, permissions: permissions.into_option() };
    Ok(roles.update(&user, role_id.into(), changes).await?.into())
}

/// Delete a role
///
/// One that nobody has.
#[delete("/roles/{role_id}", status = 204, requires("roles:write"))]
pub async fn delete_role(role_id: Uuid, user: CurrentUser, roles: RoleWriter) -> Result<(), RoleWriteProblem> {
    Ok(roles.delete(&user, role_id.into()).await?)
}

/// List what can be allowed
#[get("/permissions", requires("roles:read"))]
pub async fn list_permissions(roles: RoleReader) -> Result<PermissionsOut, DatabaseProblem> {
    Ok(roles.permissions().await?.into())
}
