//! Users: the caller's own account, and everybody's for administrators.

use fastrail::prelude::*;
use fastrail::response::Csv;
use futures_util::TryStreamExt;

use crate::dependencies::auth::Person;
use crate::dependencies::listing::{UserFilter, UserListing};
use crate::dependencies::permissions::requires;
use crate::dependencies::services::{RoleReader, RoleWriter, UserReader, UserWriter};
use crate::errors::{
    DatabaseProblem, RoleProblem, UserCreateProblem, UserDeleteProblem, UserProblem, UserRolesProblem,
    UserUpdateProblem,
};
use crate::schemas::PageOut;
use crate::schemas::roles::{UserRolesIn, UserRolesOut};
use crate::schemas::users::{ProfileOut, ProfileUpdate, USER_COLUMNS, UserCreate, UserOut, UserRow, UserUpdate};
use crate::services::principal::CurrentUser;
use crate::services::registration::RegistrationService;
use crate::services::users::{NewUser, ProfileChanges, UserChanges};

/// The operations below `/users`
pub fn router() -> Router {
    Router::new("/users").tags(["users"]).include(routes![
        read_me,
        update_me,
        delete_me,
        list_users,
        export_users,
        create_user,
        read_user,
        update_user,
        delete_user,
        restore_user,
        read_profile,
        list_user_roles,
        set_user_roles
    ])
}

/// Read one's own account
#[get("/me")]
pub async fn read_me(user: CurrentUser, users: UserReader) -> Result<UserOut, UserProblem> {
    Ok(users.get(user.id).await?.into())
}

/// Change one's own account
///
/// What is absent stays (RFC 7396).
#[patch("/me")]
pub async fn update_me(user: Person, body: ProfileUpdate, users: UserWriter) -> Result<UserOut, UserUpdateProblem> {
    let ProfileUpdate { email, username, full_name } = body;
    let changes = ProfileChanges {
        email: email.into_option(),
        username: username.into_option(),
        full_name: full_name.into_option().into(),
    };
    Ok(users.update_profile(user.id, changes).await?.into())
}

/// Delete one's own account
///
/// All its tokens are dead at once. An administrator can restore it.
#[delete("/me", status = 204)]
pub async fn delete_me(user: Person, users: UserWriter) -> Result<(), UserDeleteProblem> {
    Ok(users.delete(user.id).await?)
}

/// List users
#[get("", requires("users:read"))]
pub async fn list_users(listing: UserListing, users: UserReader) -> Result<PageOut<UserOut>, DatabaseProblem> {
    Ok(users.list(&listing.filter, &listing.sort, listing.page).await?.into())
}

/// Save users as a table
///
/// CSV (RFC 4180), in the order of their making, with the filters of the list. Rows are read while they are sent; a cell
/// that a spreadsheet would take for a formula begins with `'`.
#[get("/export.csv", requires("users:read"))]
pub async fn export_users(filter: UserFilter, users: UserReader) -> Csv<UserRow> {
    Csv::try_stream(users.export(filter).map_ok(UserRow::from)).columns(USER_COLUMNS).file_name("users.csv")
}

/// Make a user
#[post("", status = 201, requires("users:write"))]
pub async fn create_user(
    body: UserCreate,
    registration: RegistrationService,
) -> Result<(Location, UserOut), UserCreateProblem> {
    let UserCreate { email, username, password, full_name, is_active } = body;
    let user = registration.register(NewUser { email, username, password, full_name, is_active }).await?;
    let user = UserOut::from(user);
    Ok((Location::of(user.location()), user))
}

/// Read a user
#[get("/{user_id}", requires("users:read"))]
pub async fn read_user(user_id: Uuid, users: UserReader) -> Result<UserOut, UserProblem> {
    Ok(users.get(user_id.into()).await?.into())
}

/// Read a user's profile
///
/// One's own, or anybody's for those who may read users; another's is not found.
#[get("/{user_id}/profile")]
pub async fn read_profile(user_id: Uuid, actor: CurrentUser, users: UserReader) -> Result<ProfileOut, UserProblem> {
    Ok(users.profile(&actor, user_id.into()).await?.into())
}

/// List a user's roles
#[get("/{user_id}/roles", requires("roles:read"))]
pub async fn list_user_roles(user_id: Uuid, roles: RoleReader) -> Result<UserRolesOut, RoleProblem> {
    Ok(roles.roles_of(user_id.into()).await?.into())
}

/// Give a user exactly these roles
///
/// You give and take only what you may do yourself. It counts from the user's next request on.
#[put("/{user_id}/roles", requires("roles:write"))]
pub async fn set_user_roles(
    user_id: Uuid,
    actor: CurrentUser,
    body: UserRolesIn,
    roles: RoleWriter,
) -> Result<UserRolesOut, UserRolesProblem> {
    Ok(roles.set_roles_of(&actor, user_id.into(), body.roles).await?.into())
}

/// Change a user
///
/// What is absent stays (RFC 7396). A user who is deactivated is logged out everywhere at once. You must be allowed
/// everything that the user is.
#[patch("/{user_id}", requires("users:write"))]
pub async fn update_user(
    user_id: Uuid,
    actor: CurrentUser,
    body: UserUpdate,
    users: UserWriter,
) -> Result<UserOut, UserUpdateProblem> {
    let UserUpdate { email, username, full_name, is_active } = body;
    let profile = ProfileChanges {
        email: email.into_option(),
        username: username.into_option(),
        full_name: full_name.into_option().into(),
    };
    let changes = UserChanges { profile, is_active: is_active.into_option() };
    Ok(users.update_by(&actor, user_id.into(), changes).await?.into())
}

/// Delete a user
///
/// The account stays and can be restored; all its tokens are dead at once. You must be allowed everything that the user
/// is.
#[delete("/{user_id}", status = 204, requires("users:write"))]
pub async fn delete_user(user_id: Uuid, actor: CurrentUser, users: UserWriter) -> Result<(), UserDeleteProblem> {
    Ok(users.delete_by(&actor, user_id.into()).await?)
}

/// Restore a deleted user
#[post("/{user_id}/restore", requires("users:write"))]
pub async fn restore_user(user_id: Uuid, actor: CurrentUser, users: UserWriter) -> Result<UserOut, UserDeleteProblem> {
    Ok(users.restore_by(&actor, user_id.into()).await?.into())
}
