//! A welcome for a new user: a mail into the outbox.

use std::sync::Arc;

use fastrail::prelude::*;

use super::user_registered::UserRegistered;
use crate::repositories::ReadSession;
use crate::services::outbox::{Outbox, OutboxError};
use crate::services::users::{UserError, UserService};

/// Why nobody was welcomed.
#[derive(Debug, thiserror::Error)]
pub(super) enum WelcomeError {
    #[error(transparent)]
    User(#[from] UserError),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
}

#[on_event]
pub(super) async fn send_welcome(
    event: Arc<UserRegistered>,
    users: UserService<ReadSession>,
    outbox: State<Outbox>,
) -> Result<(), WelcomeError> {
    match users.get(event.user_id).await {
        Ok(user) => Ok(outbox.send_welcome(user).await?),
        // Gone already: nobody is left to be welcomed.
        Err(UserError::NotFound) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
