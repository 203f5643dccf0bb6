//! Events, and who listens: a file for each event and for each listener, named for what it does.
//!
//! A listener runs after the commit of what has emitted, with dependencies of its own, and may be told twice: it does
//! nothing twice. Never here: HTTP, and rules that an answer depends on.

pub mod user_registered;

mod count_registration;
mod log_registration;
mod welcome;

use fastrail::events::Listener;
use fastrail::listeners;

/// All listeners of the application
#[must_use]
pub fn listeners() -> Vec<Listener> {
    listeners![welcome::send_welcome, log_registration::log_registration, count_registration::count_registration]
}
