//! The services of a request: on a [`Session`] for operations that write, on a [`ReadSession`] for those that read.

use fastrail::prelude::*;

use crate::repositories::{ReadSession, Session};
use crate::services::clock::Clock;
use crate::services::items::ItemService;
use crate::services::passwords::PasswordHasher;
use crate::services::users::UserService;

/// The use cases of users that read
pub type UserReader = UserService<ReadSession>;
/// The use cases of users that write, and those that read before they write
pub type UserWriter = UserService<Session>;
/// The use cases of items that read
pub type ItemReader = ItemService<ReadSession>;
/// The use cases of items that write, and those that read before they write
pub type ItemWriter = ItemService<Session>;

/// Users, to write
#[dependency]
pub async fn users(session: Session, hasher: State<PasswordHasher>, clock: State<Clock>) -> UserService<Session> {
    UserService::new(session, hasher.0, clock.0)
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
