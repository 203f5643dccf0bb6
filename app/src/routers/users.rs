//! Users: the caller's own account, and everybody's for administrators.

use fastrail::prelude::*;

use crate::dependencies::listing::UserListing;
use crate::dependencies::permissions::requires;
use crate::dependencies::services::{UserReader, UserWriter};
use crate::errors::{DatabaseProblem, UserCreateProblem, UserDeleteProblem, UserProblem, UserUpdateProblem};
use crate::schemas::PageOut;
use crate::schemas::users::{ProfileUpdate, UserCreate, UserOut, UserUpdate};
use crate::services::principal::CurrentUser;
use crate::services::users::{NewUser, ProfileChanges, UserChanges};

/// The operations below `/users`
pub fn router() -> Router {
    Router::new("/users").tags(["users"]).include(routes![
        read_me,
        update_me,
        delete_me,
        list_users,
        create_user,
        read_user,
        update_user,
        delete_user,
        restore_user
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
pub async fn update_me(
    user: CurrentUser,
    body: ProfileUpdate,
    users: UserWriter,
) -> Result<UserOut, UserUpdateProblem> {
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
pub async fn delete_me(user: CurrentUser, users: UserWriter) -> Result<(), UserDeleteProblem> {
    Ok(users.delete(user.id).await?)
}

/// List users
#[get("", requires("users:read"))]
pub async fn list_users(listing: UserListing, users: UserReader) -> Result<PageOut<UserOut>, DatabaseProblem> {
    Ok(users.list(&listing.filter, &listing.sort, listing.page).await?.into())
}

/// Make a user
#[post("", status = 201, requires("users:write"))]
pub async fn create_user(body: UserCreate, users: UserWriter) -> Result<(Location, UserOut), UserCreateProblem> {
    let UserCreate { email, username, password, full_name, is_active } = body;
    let user = users.create(NewUser { email, username, password, full_name, is_active }).await?;
    let user = UserOut::from(user);
    Ok((Location::of(user.location()), user))
}

/// Read a user
#[get("/{user_id}", requires("users:read"))]
pub async fn read_user(user_id: Uuid, users: UserReader) -> Result<UserOut, UserProblem> {
    Ok(users.get(user_id.into()).await?.into())
}

/// Change a user
///
/// What is absent stays (RFC 7396). A user who is deactivated is logged out everywhere at once.
#[patch("/{user_id}", requires("users:write"))]
pub async fn update_user(user_id: Uuid, body: UserUpdate, users: UserWriter) -> Result<UserOut, UserUpdateProblem> {
    let UserUpdate { email, username, full_name, is_active } = body;
    let profile = ProfileChanges {
        email: email.into_option(),
        username: username.into_option(),
        full_name: full_name.into_option().into(),
    };
    let changes = UserChanges { profile, is_active: is_active.into_option() };
    Ok(users.update(user_id.into(), changes).await?.into())
}

/// Delete a user
///
/// The account stays and can be restored; all its tokens are dead at once.
#[delete("/{user_id}", status = 204, requires("users:write"))]
pub async fn delete_user(user_id: Uuid, users: UserWriter) -> Result<(), UserDeleteProblem> {
    Ok(users.delete(user_id.into()).await?)
}

/// Restore a deleted user
#[post("/{user_id}/restore", requires("users:write"))]
pub async fn restore_user(user_id: Uuid, users: UserWriter) -> Result<UserOut, UserDeleteProblem> {
    Ok(users.restore(user_id.into()).await?.into())
}
