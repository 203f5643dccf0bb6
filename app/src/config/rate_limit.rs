//! How often a caller may call.

use fastrail::Settings;
use fastrail::rate_limit::Rate;

/// Settings of the rate limits. Beside `REDIS_URL` all instances count together, else each alone.
#[derive(Debug, Clone, PartialEq, Eq, Settings)]
pub struct RateLimitSettings {
    /// Whether there are limits
    #[setting(default = true)]
    pub enabled: bool,
    /// All operations together, for each user or API key, and for each address without one
    #[setting(default = "600/minute")]
    pub default: Rate,
    /// Registering and logging in, for each address
    #[setting(default = "20/minute")]
    pub auth: Rate,
}
