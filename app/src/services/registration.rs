//! Registration: a user is made, and everybody hears of it.

use fastrail::EventBus;

use super::users::{NewUser, UserError, UserService};
use crate::{events::user_registered::UserRegistered, models::User, repositories::Session};

/// The use case of making a user that others hear of.
#[derive(Clone)]
pub struct RegistrationService {
    users: UserService<Session>,
    events: EventBus,
}

impl RegistrationService {
    /// On the users of a session, whose commit is the caller's.
    #[must_use]
    pub fn new(users: UserService<Session>, events: EventBus) -> Self {
        Self { users, events }
    }

    /// Makes a user with the role `user`, and emits [`UserRegistered`], which is told once this is committed.
    ///
    /// # Errors
    /// As [`UserService::create`].
    pub async fn register(&self, new: NewUser) -> Result<User, UserError> {
        let user = self.users.create(new).await?;
        self.events.emit(UserRegistered { user_id: user.id });
        Ok(user)
    }
}
