//! API keys: what programs show instead of a login, in their owner's name and with no more than their scopes.
//!
//! A key is `frk_`, 30 random characters, `_`, and a CRC-32 in 6 characters: a scanner of leaked secrets knows it by its
//! form, and a typing error is found without the database. Only its SHA-256 is kept.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};

use super::{clock::Clock, principal::CurrentUser, random};
use crate::{
    constants::api_keys::{CHECKSUM_CHARS, LAST_USED_INTERVAL, MAX_KEYS, PREFIX, RANDOM_CHARS},
    models::{ApiKey, ApiKeyId, ApiKeyName, Page, PageRequest, Permission, Scopes},
    repositories::{ApiKeyRepository, Connection, DatabaseError, Session, UserRepository},
};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Why a use case of API keys failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ApiKeyError {
    /// There is no such key of the caller's, or it was taken back.
    #[error("there is no such API key")]
    NotFound,
    /// The caller lacks a permission that the key should have.
    #[error("the permission {0} is not held")]
    NotHeld(Permission),
    /// The caller has as many keys as one may have.
    #[error("there are {MAX_KEYS} API keys already")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// What makes a key.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// What its owner knows it by.
    pub name: ApiKeyName,
    /// What it may do at most.
    pub scopes: BTreeSet<Permission>,
    /// How long it counts; for ever, while empty.
    pub lifetime: Option<Duration>,
}

/// A key and, this once, its text.
#[derive(Debug, Clone)]
pub struct MadeApiKey {
    /// The row.
    pub key: ApiKey,
    /// What the program shows.
    pub text: SecretString,
}

/// A text that has the form of a key.
pub(super) struct KeyText<'k>(&'k str);

impl<'k> KeyText<'k> {
    /// Takes a text whose form and checksum are right.
    pub(super) fn parse(text: &'k SecretString) -> Option<Self> {
        let text = text.expose_secret();
        let (body, checksum) = text.rsplit_once('_')?;
        let random = body.strip_prefix(PREFIX)?;
        let is_base62 = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let fits = random.len() == RANDOM_CHARS && is_base62(random) && checksum == checksum_of(body);
        fits.then_some(Self(text))
    }

    /// What is kept of it.
    pub(super) fn hash(&self) -> Vec<u8> {
        digest(&SHA256, self.0.as_bytes()).as_ref().to_vec()
    }
}

/// Whether the time of the last use is old enough to be written again.
pub(super) fn is_due(key: &ApiKey, now: DateTime<Utc>) -> bool {
    let interval = TimeDelta::from_std(LAST_USED_INTERVAL).unwrap_or_default();
    key.last_used_at.is_none_or(|used| now.signed_duration_since(used) >= interval)
}

/// The use cases of API keys: reading on any connection, writing on a [`Session`] whose commit is the caller's.
#[derive(Debug, Clone)]
pub struct ApiKeyService<C> {
    connection: C,
    keys: ApiKeyRepository<C>,
    clock: Clock,
}

impl<C: Connection> ApiKeyService<C> {
    /// The use cases on a connection.
    pub fn new(connection: C, clock: Clock) -> Self {
        Self { keys: ApiKeyRepository::new(connection.clone()), connection, clock }
    }

    /// The caller's keys, the newest first; expired ones too.
    ///
    /// # Errors
    /// [`DatabaseError`], and nothing else.
    pub async fn list(&self, user: &CurrentUser, page: PageRequest) -> Result<Page<ApiKey>, DatabaseError> {
        self.keys.list_of(user.id, page).await
    }
}

impl ApiKeyService<Session> {
    /// Makes a key of the caller's.
    ///
    /// # Errors
    /// [`ApiKeyError::NotHeld`] for a scope that the caller lacks, [`ApiKeyError::TooMany`].
    pub async fn create(&self, user: &CurrentUser, new: NewApiKey) -> Result<MadeApiKey, ApiKeyError> {
        if let Some(missing) = new.scopes.difference(&user.permissions).next() {
            return Err(ApiKeyError::NotHeld(missing.clone()));
        }
        let now = self.clock.now();
        // One after the other, so that nobody gets past the bound by asking twice at once.
        UserRepository::new(self.connection.clone()).lock_by_id(user.id).await?;
        if self.keys.count_of(user.id, now).await? >= MAX_KEYS {
            return Err(ApiKeyError::TooMany);
        }
        let (text, prefix, last_four, key_hash) = fresh_text();
        let key = ApiKey {
            id: random::uuid_v7(now).into(),
            user_id: user.id,
            name: new.name,
            prefix,
            last_four,
            key_hash,
            scopes: Scopes(new.scopes),
            created_at: now,
            expires_at: new.lifetime.map(|lifetime| now + TimeDelta::from_std(lifetime).unwrap_or(TimeDelta::MAX)),
            last_used_at: None,
            revoked_at: None,
            version: 1,
        };
        Ok(MadeApiKey { key: self.keys.create(key).await?, text })
    }

    /// Takes a key back at once.
    ///
    /// # Errors
    /// [`ApiKeyError::NotFound`], for another's too.
    pub async fn revoke(&self, user: &CurrentUser, id: ApiKeyId) -> Result<(), ApiKeyError> {
        let mut key = self.keys.lock_by_id(user.id, id).await?.ok_or(ApiKeyError::NotFound)?;
        key.revoked_at = Some(self.clock.now());
        self.keys.update(key).await?;
        Ok(())
    }

    /// Gives a key another text. The old one counts for the overlap, as a key of its own that expires then; without one
    /// it is dead at once.
    ///
    /// # Errors
    /// [`ApiKeyError::NotFound`], for another's and for an expired one too.
    pub async fn rotate(&self, user: &CurrentUser, id: ApiKeyId, overlap: Duration) -> Result<MadeApiKey, ApiKeyError> {
        let now = self.clock.now();
        let old = self.keys.lock_by_id(user.id, id).await?.filter(|key| key.is_alive(now));
        let old = old.ok_or(ApiKeyError::NotFound)?;
        let (text, prefix, last_four, key_hash) = fresh_text();
        let new = ApiKey { prefix, last_four, key_hash, last_used_at: None, created_at: now, ..old.clone() };
        let key = self.keys.update(new).await?;
        if !overlap.is_zero() {
            let end = now + TimeDelta::from_std(overlap).unwrap_or(TimeDelta::MAX);
            let expires_at = Some(old.expires_at.map_or(end, |expires| expires.min(end)));
            let id = random::uuid_v7(now).into();
            self.keys.create(ApiKey { id, expires_at, ..old }).await?;
        }
        Ok(MadeApiKey { key, text })
    }
}

/// A new text, its first eight and last four characters, and its hash.
fn fresh_text() -> (SecretString, String, String, Vec<u8>) {
    let body = format!("{PREFIX}{}", random::base62(RANDOM_CHARS));
    let text = format!("{body}_{}", checksum_of(&body));
    let (prefix, last_four) = (text[..PREFIX.len() + 4].to_owned(), text[text.len() - 4..].to_owned());
    let hash = digest(&SHA256, text.as_bytes()).as_ref().to_vec();
    (SecretString::from(text), prefix, last_four, hash)
}

/// CRC-32 (ISO 3309, as in zip) of what stands before it, in base62 with leading zeros.
fn checksum_of(body: &str) -> String {
    let mut crc = crc32fast::hash(body.as_bytes()) as usize;
    let mut digits = [b'0'; CHECKSUM_CHARS];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[crc % BASE62.len()];
        crc /= BASE62.len();
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::{KeyText, checksum_of, fresh_text};
    use secrecy::{ExposeSecret, SecretString};

    #[test]
    fn a_key_has_its_form_and_every_changed_character_is_noticed() {
        let (text, prefix, last_four, _) = fresh_text();
        let text = text.expose_secret();
        assert_eq!(text.len(), 41);
        assert!(text.starts_with(&prefix) && text.ends_with(&last_four));
        assert!(KeyText::parse(&SecretString::from(text)).is_some());
        for at in 0..text.len() {
            let other = if text.as_bytes()[at] == b'x' { "y" } else { "x" };
            let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            assert!(KeyText::parse(&SecretString::from(changed)).is_none(), "{at}");
        }
        for wrong in
            ["", "frk_", "frk__", "_", "frk_abc_123456", &text[..40], &format!("{text}0"), &text.to_uppercase()]
        {
            assert!(KeyText::parse(&SecretString::from(wrong)).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_checksum_is_that_of_everybody_else() {
        // CRC-32 of "123456789" is cbf43926 (its check value): 3_421_780_262 in base62.
        assert_eq!(checksum_of("123456789"), "3jZRME");
    }
}
