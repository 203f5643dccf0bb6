//! Where Redis is. Accepted and checked; nothing uses it yet.

use secrecy::SecretString;
use url::Url;

use super::reader::Reader;

/// Settings of Redis.
#[derive(Debug, Clone, Default)]
pub struct RedisSettings {
    /// `REDIS_URL`: `redis://` or `rediss://` (none). A secret, because it can hold a password.
    pub url: Option<SecretString>,
}

impl RedisSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let url = reader.parse("REDIS_URL", None, |text| match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "redis" | "rediss") && url.has_host() => {
                Ok(Some(SecretString::from(text)))
            }
            _ => Err("should be a URL such as redis://localhost:6379/0".to_owned()),
        });
        Self { url }
    }
}
