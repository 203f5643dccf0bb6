//! Tokens and the hashing of passwords.

use std::{num::NonZeroUsize, str::FromStr, time::Duration};

use crate::constants::sessions::FREE_ADDRESS_FAILURES;

use super::{ExternalSettings, durations::duration, reader::Reader};

/// What access tokens are signed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenAlgorithm {
    /// Ed25519 (RFC 8037): small and fast.
    EdDsa,
    /// ECDSA on P-256 (RFC 7518 §3.4).
    Es256,
    /// RSA with 2048 bits (RFC 7518 §3.3), for those who check our tokens and know nothing newer.
    Rs256,
}

impl FromStr for TokenAlgorithm {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "EdDSA" => Ok(Self::EdDsa),
            "ES256" => Ok(Self::Es256),
            "RS256" => Ok(Self::Rs256),
            _ => Err(()),
        }
    }
}

/// Settings of authentication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthSettings {
    /// `AUTH__ISSUER`: the `iss` of access tokens (`fastrail`); best the service's public URL.
    pub issuer: String,
    /// `AUTH__AUDIENCE`: the `aud` of access tokens (`fastrail-api`).
    pub audience: String,
    /// `AUTH__ALGORITHM`: what access tokens are signed by (EdDSA); keys of another one are replaced at the start.
    pub algorithm: TokenAlgorithm,
    /// `AUTH__ACCESS_TOKEN_TTL`: how long an access token counts (15m).
    pub access_token_ttl: Duration,
    /// `AUTH__REFRESH_TOKEN_TTL`: how long a login lives without being used (30d).
    pub refresh_token_ttl: Duration,
    /// `AUTH__COOKIE_SESSION_TTL`: how long a login by cookie lives (1h).
    pub cookie_session_ttl: Duration,
    /// `AUTH__ALLOWED_ORIGINS`: origins besides this host whose pages may use the cookie, with commas between (none).
    pub allowed_origins: Vec<String>,
    /// `AUTH__FREE_ADDRESS_FAILURES`: failed logins from one address before it has to wait (20); offices share one.
    pub free_address_failures: u32,
    /// `AUTH__EXTERNAL__…`.
    pub external: Option<ExternalSettings>,
    /// `AUTH__PASSWORD_HASH_CONCURRENCY`: passwords hashed at once (one a core), 19 MiB each.
    pub password_hash_concurrency: usize,
    /// `AUTH__PASSWORD_HASH_QUEUE`: passwords that wait for their turn (32); more are turned away.
    pub password_hash_queue: usize,
}

impl AuthSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            issuer: reader.text("AUTH__ISSUER").unwrap_or("fastrail").to_owned(),
            audience: reader.text("AUTH__AUDIENCE").unwrap_or("fastrail-api").to_owned(),
            algorithm: reader.value("AUTH__ALGORITHM", TokenAlgorithm::EdDsa, "EdDSA, ES256 or RS256"),
            access_token_ttl: duration(reader, "AUTH__ACCESS_TOKEN_TTL", Duration::from_secs(15 * 60), ("1m", "1d")),
            refresh_token_ttl: duration(
                reader,
                "AUTH__REFRESH_TOKEN_TTL",
                Duration::from_secs(30 * 24 * 60 * 60),
                ("1h", "365d"),
            ),
            cookie_session_ttl: duration(
                reader,
                "AUTH__COOKIE_SESSION_TTL",
                Duration::from_secs(60 * 60),
                ("1m", "30d"),
            ),
            allowed_origins: reader.parse("AUTH__ALLOWED_ORIGINS", Vec::new(), origins),
            free_address_failures: reader.number("AUTH__FREE_ADDRESS_FAILURES", FREE_ADDRESS_FAILURES, 1..=1_000_000),
            external: ExternalSettings::read(reader),
            password_hash_concurrency: reader.number("AUTH__PASSWORD_HASH_CONCURRENCY", cores, 1..=1024),
            password_hash_queue: reader.number("AUTH__PASSWORD_HASH_QUEUE", 32, 0..=10_000),
        }
    }
}

/// Origins as browsers write them: a scheme, a host, perhaps a port, and nothing else.
fn origins(text: &str) -> Result<Vec<String>, String> {
    let origins = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
    origins
        .map(|origin| match url::Url::parse(origin) {
            Ok(url) if url.has_host() && url.origin().ascii_serialization() == origin => Ok(origin.to_owned()),
            _ => Err(format!("should be origins such as https://app.example.com, and has '{origin}'")),
        })
        .collect()
}
