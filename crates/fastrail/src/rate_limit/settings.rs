//! How an app counts.

/// How the limits of an app count; [`App::rate_limits`](crate::App::rate_limits)
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct RateLimits {
    pub(crate) enabled: bool,
    pub(crate) max_keys: usize,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { enabled: true, max_keys: 1_000_000 }
    }
}

impl RateLimits {
    /// Limits that count, at most 1,000,000 keys
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether they count at all; default: they do. Off, all pass, and no answer has the headers
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// How many keys are counted at once, 40 to 70 bytes each; default: 1,000,000
    pub fn max_keys(mut self, keys: usize) -> Self {
        self.max_keys = keys;
        self
    }
}
