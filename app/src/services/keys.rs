//! The keys that sign access tokens: made at the first start, kept in the database under `SECRET_KEY`, shared by all
//! instances, and replaced while they serve.
//!
//! A new key verifies at once and signs later, when every instance and everybody who keeps our JWKS knows it; an old key
//! verifies until the last token that it signed has expired. Instances look for changes every 30 s, and at once when a
//! token names a key that they do not know, though at most every 5 s.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use fastrail::security::jwt::{Algorithm, Jwk, KeyPair, PublicKey};

use super::{
    clock::Clock,
    random,
    sealing::{Purpose, Sealer},
};
use crate::{
    config::TokenAlgorithm,
    constants::tokens::{CLOCK_LEEWAY, JWKS_MAX_AGE, KEY_CHECK_INTERVAL, UNKNOWN_KEY_INTERVAL},
    models::{SigningKey, SigningKeyId},
    repositories::{Database, DatabaseError, SigningKeyRepository},
};

/// Why there are no keys to sign with.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The keys in the database were encrypted under another `SECRET_KEY`.
    #[error("SECRET_KEY is not the one that the signing key {kid} was encrypted under")]
    WrongSecretKey {
        /// The key.
        kid: SigningKeyId,
    },
    /// A key of the database is of a kind that this binary does not know, or damaged.
    #[error("the signing key {kid} cannot be used")]
    Unusable {
        /// The key.
        kid: SigningKeyId,
    },
    /// No key could be made.
    #[error("no signing key could be made")]
    Generate,
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// How a new key takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takeover {
    /// Nobody notices: the new key signs after six minutes, the old ones verify until their last token has expired.
    Smooth,
    /// The old keys are in wrong hands: their tokens stop to count within 30 s. Refresh tokens live on.
    AtOnce,
}

/// What a rotation did.
#[derive(Debug, Clone)]
pub struct RotatedKeys {
    /// The new key.
    pub kid: SigningKeyId,
    /// By what it signs.
    pub algorithm: &'static str,
    /// From when on it signs.
    pub signs_from: DateTime<Utc>,
    /// When the keys before it stop to verify.
    pub old_keys_until: DateTime<Utc>,
}

/// The keys in use; clones share them.
#[derive(Debug, Clone)]
pub struct KeyRing {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    sealer: Arc<Sealer>,
    algorithm: Algorithm,
    clock: Clock,
    keys: RwLock<Arc<Keys>>,
    /// When a token with an unknown key last made us look.
    unknown_at: Mutex<DateTime<Utc>>,
    /// Held by the one who looks into the database.
    looking: tokio::sync::Mutex<()>,
}

/// The keys as they were in the database a moment ago, parsed once.
#[derive(Debug)]
pub(super) struct Keys {
    pairs: HashMap<SigningKeyId, Arc<KeyPair>>,
    rows: Vec<SigningKey>,
    verifying: HashMap<String, PublicKey>,
    read_at: DateTime<Utc>,
}

impl KeyRing {
    /// Loads the keys, and makes one when there is none of the wanted algorithm. Commits by itself. Instances that
    /// start together agree on one key.
    ///
    /// # Errors
    /// [`KeyError`].
    pub async fn load(
        database: &Database,
        sealer: &Arc<Sealer>,
        algorithm: TokenAlgorithm,
        clock: &Clock,
    ) -> Result<Self, KeyError> {
        let (now, algorithm) = (clock.now(), Algorithm::from(algorithm));
        // One that does not sign yet counts as well: another instance's clock may be ahead of ours.
        let lacks = |rows: &[SigningKey]| !rows.iter().any(|row| row.algorithm == algorithm.name());
        let mut rows = SigningKeyRepository::new(database.read_session()).list_current(now).await?;
        if lacks(&rows) {
            let made = make(sealer, algorithm, now, now).await?;
            let session = database.session();
            session.lock_start().await?;
            let keys = SigningKeyRepository::new(session.clone());
            // Another instance may have made one since.
            rows = keys.list_current(now).await?;
            if lacks(&rows) {
                rows.insert(0, keys.create(made).await?);
            }
            session.commit().await?;
        }
        let keys = RwLock::new(Arc::new(Keys::parse(rows, sealer, None, now)?));
        let (database, sealer, clock) = (database.clone(), Arc::clone(sealer), clock.clone());
        let (unknown_at, looking) = (Mutex::new(DateTime::<Utc>::MIN_UTC), tokio::sync::Mutex::default());
        Ok(Self { inner: Arc::new(Inner { database, sealer, algorithm, clock, keys, unknown_at, looking }) })
    }

    /// Looks for changes when the last look was 30 s ago; a failure is logged, and the known keys count on.
    pub(super) async fn refresh(&self) {
        self.look(KEY_CHECK_INTERVAL).await;
    }

    /// The key that verifies tokens of this name.
    pub(super) async fn verifying(&self, kid: &str) -> Option<PublicKey> {
        self.refresh().await;
        let known = self.current().verifying.get(kid).cloned();
        if known.is_some() {
            return known;
        }
        // Another instance may have made it a moment ago. Guesses make us look every 5 s and no more.
        if self.may_look_for_unknown() {
            self.look(Duration::ZERO).await;
        }
        self.current().verifying.get(kid).cloned()
    }

    /// The key that signs now, with its name.
    pub(super) fn signing(&self) -> Option<(String, Arc<KeyPair>)> {
        let now = self.inner.clock.now();
        let keys = self.current();
        let wanted = self.inner.algorithm.name();
        let current = || keys.rows.iter().filter(|row| row.is_current(now));
        let signing = || current().filter(|row| row.signs_since(now));
        // During a rolling update an instance may find keys of the other setting only, and after a start beside one whose
        // clock is ahead, only one that signs in a moment.
        let since = |row: &&SigningKey| (row.signs_from.unwrap_or(row.created_at), row.id);
        let row = signing().filter(|row| row.algorithm == wanted).max_by_key(since);
        let row = row.or_else(|| signing().max_by_key(since)).or_else(|| current().min_by_key(since))?;
        Some((row.id.to_string(), Arc::clone(keys.pairs.get(&row.id)?)))
    }

    /// The public keys, the newest first.
    pub(super) fn public(&self) -> Vec<Jwk> {
        let now = self.inner.clock.now();
        let keys = self.current();
        let current = keys.rows.iter().filter(|row| row.is_current(now));
        current.filter_map(|row| Jwk::new(&row.id.to_string(), algorithm_of(row)?, &row.public_key).ok()).collect()
    }

    fn may_look_for_unknown(&self) -> bool {
        let now = self.inner.clock.now();
        let mut last = self.inner.unknown_at.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = now.signed_duration_since(*last).abs() >= delta(UNKNOWN_KEY_INTERVAL);
        if is_due {
            *last = now;
        }
        is_due
    }

    fn current(&self) -> Arc<Keys> {
        Arc::clone(&self.inner.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    async fn look(&self, at_most_every: Duration) {
        let inner = &*self.inner;
        let now = inner.clock.now();
        if now.signed_duration_since(self.current().read_at).abs() < delta(at_most_every) {
            return;
        }
        // Whoever comes second goes on with what is known.
        let Ok(_looking) = inner.looking.try_lock() else { return };
        let rows = SigningKeyRepository::new(inner.database.read_session()).list_current(now).await;
        let known = self.current();
        let read = rows.map_err(KeyError::from);
        let read = read.and_then(|rows| Keys::parse(rows, &inner.sealer, Some(&known), now));
        match read {
            Ok(keys) => *inner.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys),
            Err(error) => tracing::warn!(%error, "the signing keys could not be read again"),
        }
    }
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyRing({})", self.algorithm.name())
    }
}

impl Keys {
    /// Opens the private halves; those that are known already are not opened again.
    fn parse(
        rows: Vec<SigningKey>,
        sealer: &Sealer,
        known: Option<&Keys>,
        now: DateTime<Utc>,
    ) -> Result<Self, KeyError> {
        let (mut pairs, mut verifying) = (HashMap::new(), HashMap::new());
        for row in &rows {
            let unusable = || KeyError::Unusable { kid: row.id };
            let algorithm = algorithm_of(row).ok_or_else(unusable)?;
            let public = PublicKey::new(algorithm, &row.public_key).map_err(|_| unusable())?;
            verifying.insert(row.id.to_string(), public);
            let pair = match known.and_then(|known| known.pairs.get(&row.id)) {
                Some(pair) => Arc::clone(pair),
                None => {
                    let private = sealer.open(Purpose::SigningKey, row.id.as_uuid(), &row.private_key_sealed);
                    let private = private.map_err(|_| KeyError::WrongSecretKey { kid: row.id })?;
                    let pair = KeyPair::from_pkcs8(algorithm, &private).map_err(|_| unusable())?;
                    if pair.public() != row.public_key {
                        return Err(unusable());
                    }
                    Arc::new(pair)
                }
            };
            pairs.insert(row.id, pair);
        }
        Ok(Self { pairs, rows, verifying, read_at: now })
    }
}

/// Makes a key that takes over from all others. Commits by itself; running instances find it.
///
/// # Errors
/// [`KeyError`].
pub async fn rotate(
    database: &Database,
    sealer: &Sealer,
    algorithm: TokenAlgorithm,
    takeover: Takeover,
    access_token_ttl: Duration,
    clock: &Clock,
) -> Result<RotatedKeys, KeyError> {
    let now = clock.now();
    let (signs_from, old_keys_until) = match takeover {
        Takeover::AtOnce => (now, now),
        Takeover::Smooth => {
            let known_everywhere = now + delta(JWKS_MAX_AGE) + delta(KEY_CHECK_INTERVAL) * 2;
            let last_token_gone = known_everywhere + delta(access_token_ttl) + delta(CLOCK_LEEWAY) * 2;
            (known_everywhere, last_token_gone + delta(KEY_CHECK_INTERVAL))
        }
    };
    let made = make(sealer, algorithm.into(), now, signs_from).await?;
    let session = database.session();
    session.lock_start().await?;
    let keys = SigningKeyRepository::new(session.clone());
    for mut old in keys.list_current(now).await? {
        if old.not_after.is_none_or(|until| until > old_keys_until) {
            old.not_after = Some(old_keys_until);
            keys.update(old).await?;
        }
    }
    let made = keys.create(made).await?;
    session.commit().await?;
    let algorithm = Algorithm::from(algorithm).name();
    Ok(RotatedKeys { kid: made.id, algorithm, signs_from, old_keys_until })
}

async fn make(
    sealer: &Sealer,
    algorithm: Algorithm,
    now: DateTime<Utc>,
    signs_from: DateTime<Utc>,
) -> Result<SigningKey, KeyError> {
    let id = SigningKeyId::from(random::uuid_v7(now));
    let pair = tokio::task::spawn_blocking(move || KeyPair::generate(algorithm)).await;
    let pair = pair.map_err(|_| KeyError::Generate)?.map_err(|_| KeyError::Generate)?;
    let private = pair.to_pkcs8().map_err(|_| KeyError::Generate)?;
    let sealed = sealer.seal(Purpose::SigningKey, id.as_uuid(), &private).map_err(|_| KeyError::Generate)?;
    Ok(SigningKey {
        id,
        algorithm: algorithm.name().to_owned(),
        private_key_sealed: sealed,
        public_key: pair.public(),
        created_at: now,
        signs_from: Some(signs_from),
        not_after: None,
        version: 1,
    })
}

fn algorithm_of(row: &SigningKey) -> Option<Algorithm> {
    Algorithm::from_name(&row.algorithm)
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

impl From<TokenAlgorithm> for Algorithm {
    fn from(setting: TokenAlgorithm) -> Self {
        match setting {
            TokenAlgorithm::EdDsa => Self::EdDsa,
            TokenAlgorithm::Es256 => Self::Es256,
            TokenAlgorithm::Rs256 => Self::Rs256,
        }
    }
}
