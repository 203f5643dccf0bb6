//! The provider's public keys: found by discovery, kept, and fetched again at a bounded rate.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use fastrail::security::jwt::{Jwk, PublicKey};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::super::clock::Clock;
use super::ExternalOptions;

/// The largest document that is read, in bytes; real ones have a few kilobytes.
const MAX_DOCUMENT_BYTES: usize = 256 * 1024;

/// The most keys that are looked at.
const MAX_KEYS: usize = 50;

/// How long keys are kept before they are fetched again, though they still count when that fails.
const KEPT: Duration = Duration::from_secs(10 * 60);

/// How often at most the provider is asked: a token with an unknown key, and a provider that is away, change nothing.
const AT_MOST_EVERY: Duration = Duration::from_secs(30);

/// How long keys count that could not be fetched again.
const COUNTED: Duration = Duration::from_secs(24 * 60 * 60);

/// Why the provider's keys could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It does not answer, or not with a success.
    #[error("the identity provider does not answer")]
    Unreachable(#[from] reqwest::Error),
    /// Its answer is too long.
    #[error("the identity provider's answer is longer than {MAX_DOCUMENT_BYTES} bytes")]
    TooLong,
    /// Its answer is not what it should be.
    #[error("the identity provider's {0} is not what it should be")]
    Malformed(&'static str),
}

/// The keys of one provider.
#[derive(Debug)]
pub struct Provider {
    client: reqwest::Client,
    issuer: Url,
    issuer_text: String,
    clock: Clock,
    keys: RwLock<Arc<Keys>>,
    /// Held by the one who asks; when it was asked last.
    asking: tokio::sync::Mutex<DateTime<Utc>>,
}

#[derive(Debug)]
struct Keys {
    named: Vec<(Option<String>, PublicKey)>,
    fetched_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: Url,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl Provider {
    /// A provider that has not been asked.
    pub(super) fn new(options: &ExternalOptions, clock: Clock) -> Result<Self, ProviderError> {
        // A redirect could lead into our own network.
        let client = reqwest::Client::builder().timeout(options.timeout).redirect(reqwest::redirect::Policy::none());
        let none = Keys { named: Vec::new(), fetched_at: DateTime::<Utc>::MIN_UTC };
        Ok(Self {
            client: client.no_proxy().build()?,
            issuer: options.issuer.clone(),
            issuer_text: options.issuer_text.clone(),
            clock,
            keys: RwLock::new(Arc::new(none)),
            asking: tokio::sync::Mutex::new(DateTime::<Utc>::MIN_UTC),
        })
    }

    /// The key of this name; a token without a name has the provider's only key.
    pub(super) async fn key(&self, kid: Option<&str>) -> Option<PublicKey> {
        if self.age() > delta(KEPT) {
            self.fetch().await;
        }
        if let Some(key) = self.known(kid) {
            return Some(key);
        }
        self.fetch().await;
        self.known(kid)
    }

    fn known(&self, kid: Option<&str>) -> Option<PublicKey> {
        if self.age() > delta(COUNTED) {
            return None;
        }
        let keys = self.current();
        match kid {
            Some(kid) => keys.named.iter().find(|(name, _)| name.as_deref() == Some(kid)).map(|(_, key)| key.clone()),
            None => match keys.named.as_slice() {
                [(_, only)] => Some(only.clone()),
                _ => None,
            },
        }
    }

    /// Asks, unless somebody did within 30 s; those who come meanwhile wait for the answer.
    async fn fetch(&self) {
        let began = self.clock.now();
        let mut asked_at = self.asking.lock().await;
        if began.signed_duration_since(*asked_at).abs() < delta(AT_MOST_EVERY) {
            return;
        }
        *asked_at = began;
        match self.read_keys().await {
            Ok(named) => {
                let keys = Arc::new(Keys { named, fetched_at: began });
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
            }
            Err(error) => tracing::warn!(%error, issuer = %self.issuer_text, "no keys of the identity provider"),
        }
    }

    async fn read_keys(&self) -> Result<Vec<(Option<String>, PublicKey)>, ProviderError> {
        // Below the issuer's path, with or without a slash at its end (OpenID Connect Discovery 1.0 §4.1).
        let place = format!("{}/.well-known/openid-configuration", self.issuer_text.trim_end_matches('/'));
        let place = place.parse().map_err(|_| ProviderError::Malformed("issuer"))?;
        let discovery = self.read(place).await?;
        let discovery: Discovery =
            serde_json::from_slice(&discovery).map_err(|_| ProviderError::Malformed("discovery document"))?;
        // §4.3: another issuer is an impersonation. And keys that come unprotected protect nothing.
        if discovery.issuer != self.issuer_text {
            return Err(ProviderError::Malformed("issuer"));
        }
        if discovery.jwks_uri.scheme() != "https" && discovery.jwks_uri.origin() != self.issuer.origin() {
            return Err(ProviderError::Malformed("jwks_uri"));
        }
        let set = self.read(discovery.jwks_uri).await?;
        let set: KeySet = serde_json::from_slice(&set).map_err(|_| ProviderError::Malformed("key set"))?;
        // Keys of kinds that nobody knows here stand beside others (RFC 7517 §5).
        let keys = set.keys.into_iter().take(MAX_KEYS).filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        Ok(keys.filter_map(|jwk| Some((jwk.kid.clone(), jwk.to_public_key().ok()?))).collect())
    }

    async fn read(&self, place: Url) -> Result<Vec<u8>, ProviderError> {
        let mut answer = self.client.get(place).send().await?.error_for_status()?;
        if !answer.status().is_success() {
            return Err(ProviderError::Malformed("status"));
        }
        let mut document = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if document.len() + chunk.len() > MAX_DOCUMENT_BYTES {
                return Err(ProviderError::TooLong);
            }
            document.extend_from_slice(&chunk);
        }
        Ok(document)
    }

    fn age(&self) -> TimeDelta {
        self.clock.now().signed_duration_since(self.current().fetched_at)
    }

    fn current(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}
