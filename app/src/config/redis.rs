//! Where Redis is.

use fastrail::Settings;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// Settings of Redis.
#[derive(Debug, Clone, Default, Settings)]
pub struct RedisSettings {
    /// `redis://` or `rediss://` and where the server is. A secret, because it can hold a password
    #[setting(name = "REDIS_URL", check = is_redis)]
    pub url: Option<SecretString>,
}

fn is_redis(url: &SecretString) -> Result<(), String> {
    match Url::parse(url.expose_secret()) {
        Ok(url) if matches!(url.scheme(), "redis" | "rediss") && url.has_host() => Ok(()),
        _ => Err("should be a URL such as redis://localhost:6379/0".to_owned()),
    }
}
