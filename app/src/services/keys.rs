//! The keys that sign access tokens: made at the first start, kept in the database under
//! `SECRET_KEY`, shared by all instances.

use std::collections::HashMap;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use jsonwebtoken::{DecodingKey, EncodingKey};

use super::{
    clock::Clock,
    random,
    sealing::{Purpose, Sealer},
};
use crate::{
    models::{SigningKey, SigningKeyId},
    repositories::{Database, DatabaseError, SigningKeyRepository},
};

/// The JWS name of Ed25519 signatures (RFC 8037 §3.1).
const EDDSA: &str = "EdDSA";

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

/// The keys in use, parsed once.
pub struct KeyRing {
    pub(super) kid: String,
    pub(super) signing: EncodingKey,
    pub(super) verifying: HashMap<String, VerifyingKey>,
}

pub(super) struct VerifyingKey {
    pub(super) key: DecodingKey,
    pub(super) public: Vec<u8>,
}

impl KeyRing {
    /// Loads the keys, and makes the first one when there is none. Commits by itself. Instances
    /// that start together agree on one key.
    ///
    /// # Errors
    /// [`KeyError`].
    pub async fn load(database: &Database, sealer: &Sealer, clock: &Clock) -> Result<Self, KeyError> {
        let now = clock.now();
        let mut keys = SigningKeyRepository::new(database.read_session()).list_current(now).await?;
        if keys.is_empty() {
            let session = database.session();
            session.lock_start().await?;
            let rows = SigningKeyRepository::new(session.clone());
            // Another instance may have made one since.
            keys = rows.list_current(now).await?;
            if keys.is_empty() {
                keys.push(rows.create(make(sealer, clock)?).await?);
            }
            session.commit().await?;
        }
        Self::parse(&keys, sealer)
    }

    /// The newest key signs, all verify.
    fn parse(keys: &[SigningKey], sealer: &Sealer) -> Result<Self, KeyError> {
        let mut verifying = HashMap::new();
        for row in keys {
            if row.algorithm != EDDSA {
                return Err(KeyError::Unusable { kid: row.id });
            }
            let key = DecodingKey::from_ed_der(&row.public_key);
            let public = row.public_key.clone();
            verifying.insert(row.id.to_string(), VerifyingKey { key, public });
        }
        let newest = keys.first().ok_or(KeyError::Generate)?;
        let private = sealer
            .open(Purpose::SigningKey, newest.id.as_uuid(), &newest.private_key_sealed)
            .map_err(|_| KeyError::WrongSecretKey { kid: newest.id })?;
        let pair = Ed25519KeyPair::from_pkcs8(&private).map_err(|_| KeyError::Unusable { kid: newest.id })?;
        if pair.public_key().as_ref() != newest.public_key {
            return Err(KeyError::Unusable { kid: newest.id });
        }
        Ok(Self { kid: newest.id.to_string(), signing: EncodingKey::from_ed_der(&private), verifying })
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyRing({})", self.kid)
    }
}

fn make(sealer: &Sealer, clock: &Clock) -> Result<SigningKey, KeyError> {
    let now = clock.now();
    let id = SigningKeyId::from(random::uuid_v7(now));
    let pair = Ed25519KeyPair::generate().map_err(|_| KeyError::Generate)?;
    let private = pair.to_pkcs8().map_err(|_| KeyError::Generate)?;
    let private_key_sealed =
        sealer.seal(Purpose::SigningKey, id.as_uuid(), private.as_ref()).map_err(|_| KeyError::Generate)?;
    Ok(SigningKey {
        id,
        algorithm: EDDSA.to_owned(),
        private_key_sealed,
        public_key: pair.public_key().as_ref().to_vec(),
        created_at: now,
        not_after: None,
        version: 1,
    })
}
