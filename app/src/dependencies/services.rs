//! The services of a request: on a [`Session`] for operations that write, on a [`ReadSession`] for those that read.

use fastrail::EventBus;
use fastrail::prelude::*;
use fastrail::security::PasswordHasher;

use crate::repositories::{ReadSession, Session};
use crate::services::api_keys::ApiKeyService;
use crate::services::clock::Clock;
use crate::services::items::ItemService;
use crate::services::logins::LoginService;
use crate::services::registration::RegistrationService;
use crate::services::roles::RoleService;
use crate::services::users::UserService;

/// The use cases of users that read
pub type UserReader = UserService<ReadSession>;
/// The use cases of users that write, and those that read before they write
pub type UserWriter = UserService<Session>;
/// The use cases of items that read
pub type ItemReader = ItemService<ReadSession>;
/// The use cases of items that write, and those that read before they write
pub type ItemWriter = ItemService<Session>;
/// The use cases of logins that read
pub type LoginReader = LoginService<ReadSession>;
/// The use cases of logins that end some
pub type LoginWriter = LoginService<Session>;
/// The use cases of API keys that read
pub type ApiKeyReader = ApiKeyService<ReadSession>;
/// The use cases of API keys that write
pub type ApiKeyWriter = ApiKeyService<Session>;

/// The use cases of roles that read
pub type RoleReader = RoleService<ReadSession>;
/// The use cases of roles that write, and those that read before they write
pub type RoleWriter = RoleService<Session>;

/// Users, to write
#[dependency]
pub async fn users(session: Session, hasher: State<PasswordHasher>, clock: State<Clock>) -> UserService<Session> {
    UserService::new(session, hasher.0, clock.0)
}

/// Users that others hear of, to make
#[dependency]
pub async fn registration(users: UserService<Session>, events: EventBus) -> RegistrationService {
    RegistrationService::new(users, events)
}

/// Users, to read
#[dependency]
pub async fn users_to_read(
    session: ReadSession,
    hasher: State<PasswordHasher>,
    clock: State<Clock>,
) -> UserService<ReadSession> {
    UserService::new(session, hasher.0, clock.0)
}

/// Items, to write
#[dependency]
pub async fn items(session: Session, clock: State<Clock>) -> ItemService<Session> {
    ItemService::new(session, clock.0)
}

/// Items, to read
#[dependency]
pub async fn items_to_read(session: ReadSession, clock: State<Clock>) -> ItemService<ReadSession> {
    ItemService::new(session, clock.0)
}

/// Logins, to end
#[dependency]
pub async fn logins(session: Session, clock: State<Clock>) -> LoginService<Session> {
    LoginService::new(session, clock.0)
}

/// Logins, to read
#[dependency]
pub async fn logins_to_read(session: ReadSession, clock: State<Clock>) -> LoginService<ReadSession> {
    LoginService::new(session, clock.0)
}

/// API keys, to write
#[dependency]
pub async fn api_keys(session: Session, clock: State<Clock>) -> ApiKeyService<Session> {
    ApiKeyService::new(session, clock.0)
}

/// API keys, to read
#[dependency]
pub async fn api_keys_to_read(session: ReadSession, clock: State<Clock>) -> ApiKeyService<ReadSession> {
    ApiKeyService::new(session, clock.0)
}

/// Roles, to write
#[dependency]
pub async fn roles(session: Session, clock: State<Clock>) -> RoleService<Session> {
    RoleService::new(session, clock.0)
}

/// Roles, to read
#[dependency]
pub async fn roles_to_read(session: ReadSession, clock: State<Clock>) -> RoleService<ReadSession> {
    RoleService::new(session, clock.0)
}
