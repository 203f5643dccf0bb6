//! Counts new users.

use std::sync::Arc;

use fastrail::prelude::*;

use super::user_registered::UserRegistered;
use crate::services::statistics::Statistics;

#[on_event]
pub(super) async fn count_registration(_event: Arc<UserRegistered>, statistics: State<Statistics>) {
    statistics.count_registration();
}
