//! What this process has counted since its start.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts of what has happened. Cheap to clone; all clones count together.
#[derive(Debug, Clone, Default)]
pub struct Statistics {
    registrations: Arc<AtomicU64>,
}

impl Statistics {
    /// Notes that somebody has got an account.
    pub fn count_registration(&self) {
        self.registrations.fetch_add(1, Ordering::Relaxed);
    }

    /// How many accounts were made since the start, as far as this process has heard of them.
    #[must_use]
    pub fn registrations(&self) -> u64 {
        self.registrations.load(Ordering::Relaxed)
    }
}
