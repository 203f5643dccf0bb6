//! A line in the log for a new user: the id, never the name or the address.

use std::sync::Arc;

use fastrail::prelude::*;

use super::user_registered::UserRegistered;

#[on_event]
pub(super) async fn log_registration(event: Arc<UserRegistered>, request_id: RequestId) {
    tracing::info!(user_id = %event.user_id, request_id = request_id.as_str(), "a user has registered");
}
