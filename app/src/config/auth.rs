//! Tokens and the hashing of passwords.

use std::{num::NonZeroUsize, time::Duration};

use fastrail::Settings;

use crate::constants::sessions::FREE_ADDRESS_FAILURES;

use super::ExternalSettings;

/// What access tokens are signed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Settings)]
pub enum TokenAlgorithm {
    /// Ed25519 (RFC 8037): small and fast.
    #[setting(rename = "EdDSA")]
    EdDsa,
    /// ECDSA on P-256 (RFC 7518 §3.4).
    #[setting(rename = "ES256")]
    Es256,
    /// RSA with 2048 bits (RFC 7518 §3.3), for those who check our tokens and know nothing newer.
    #[setting(rename = "RS256")]
    Rs256,
}

/// Settings of authentication.
#[derive(Debug, Clone, PartialEq, Eq, Settings)]
pub struct AuthSettings {
    /// The `iss` of access tokens; best the service's public URL
    #[setting(default = "fastrail")]
    pub issuer: String,
    /// The `aud` of access tokens
    #[setting(default = "fastrail-api")]
    pub audience: String,
    /// What access tokens are signed by; keys of another one are replaced at the start
    #[setting(default = "EdDSA")]
    pub algorithm: TokenAlgorithm,
    /// How long an access token counts
    #[setting(default = "15m", ge = "1m", le = "1d")]
    pub access_token_ttl: Duration,
    /// How long a login lives without being used
    #[setting(default = "30d", ge = "1h", le = "365d")]
    pub refresh_token_ttl: Duration,
    /// How long a login by cookie lives
    #[setting(default = "1h", ge = "1m", le = "30d")]
    pub cookie_session_ttl: Duration,
    /// Origins besides this host whose pages may use the cookie, with commas between
    #[setting(default, check = are_origins)]
    pub allowed_origins: Vec<String>,
    /// Failed logins from one address before it has to wait; offices share one
    #[setting(default = FREE_ADDRESS_FAILURES, ge = 1, le = 1_000_000)]
    pub free_address_failures: u32,
    /// An external identity provider, if there is one
    pub external: Option<ExternalSettings>,
    /// Passwords hashed at once, 19 MiB each
    #[setting(default = cores(), ge = 1, le = 1024)]
    pub password_hash_concurrency: usize,
    /// Passwords that wait for their turn; more are turned away
    #[setting(default = 32, ge = 0, le = 10_000)]
    pub password_hash_queue: usize,
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Origins as browsers write them: a scheme, a host, perhaps a port, and nothing else.
pub(super) fn are_origins(origins: &[String]) -> Result<(), String> {
    origins.iter().try_for_each(|origin| match url::Url::parse(origin) {
        Ok(url) if url.has_host() && url.origin().ascii_serialization() == *origin => Ok(()),
        _ => Err(format!("should be origins such as https://app.example.com, and has '{origin}'")),
    })
}
