//! Tokens and the hashing of passwords.

use std::{num::NonZeroUsize, str::FromStr, time::Duration};

use super::{durations::duration, reader::Reader};

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
            password_hash_concurrency: reader.number("AUTH__PASSWORD_HASH_CONCURRENCY", cores, 1..=1024),
            password_hash_queue: reader.number("AUTH__PASSWORD_HASH_QUEUE", 32, 0..=10_000),
        }
    }
}
