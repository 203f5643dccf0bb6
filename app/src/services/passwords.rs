//! Hashing and checking of passwords: slow on purpose, off the async threads, and bounded.

use std::sync::{Arc, OnceLock};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{Error as HashError, PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash as Phc},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use super::random;
use crate::models::{Password, PasswordHash};

/// OWASP's Password Storage Cheat Sheet, 2025: Argon2id with 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Why a password was neither hashed nor checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many passwords wait for their turn. Temporary; the caller should come back.
    #[error("too many passwords are being hashed")]
    Overloaded,
    /// A hash of the database is damaged, or the hashing itself failed. A defect.
    #[error("the password's hash cannot be used")]
    Unusable,
}

/// Hashes and checks passwords on the blocking pool, so many at once, so many waiting, and not
/// one more. Clones share the bounds.
///
/// Hold no connection of the database while waiting for it.
#[derive(Debug, Clone)]
pub struct PasswordHasher {
    /// Those who are being hashed.
    turns: Arc<Semaphore>,
    /// Those who are being hashed or wait.
    places: Arc<Semaphore>,
    /// What unknown users' passwords are checked against, so that they cost the same.
    dummy: Arc<OnceLock<Result<PasswordHash, PasswordError>>>,
}

impl PasswordHasher {
    /// A hasher for `concurrency` passwords at once and `queue` more that wait.
    #[must_use]
    pub fn new(concurrency: usize, queue: usize) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(concurrency)),
            places: Arc::new(Semaphore::new(concurrency.saturating_add(queue))),
            dummy: Arc::default(),
        }
    }

    /// Makes what unknown users' passwords are checked against, beside whatever else a start does; nothing waits for it.
    /// Without it the first unknown user would wait for two hashes.
    ///
    /// # Panics
    /// Outside of tokio's runtime.
    pub fn warm_up(&self) {
        let dummy = Arc::clone(&self.dummy);
        tokio::task::spawn_blocking(move || dummy.get_or_init(hash_noise).is_ok());
    }

    /// Hashes a password with a salt of its own.
    ///
    /// # Errors
    /// [`PasswordError::Overloaded`] at once when the queue is full.
    pub async fn hash(&self, password: &Password) -> Result<PasswordHash, PasswordError> {
        let password = password.as_secret().clone();
        self.run(move || hash_now(&password)).await
    }

    /// Checks a password against a hash; without a hash it does the same work and says no.
    ///
    /// # Errors
    /// [`PasswordError::Overloaded`] at once when the queue is full.
    pub async fn verify(&self, password: SecretString, hash: Option<PasswordHash>) -> Result<bool, PasswordError> {
        let hash = hash.filter(|hash| !hash.is_none());
        let known = hash.is_some();
        let dummy = Arc::clone(&self.dummy);
        let verify = move || match &hash {
            Some(hash) => verify_now(&password, hash),
            None => verify_now(&password, dummy.get_or_init(hash_noise).as_ref().map_err(|error| *error)?),
        };
        let matches = self.run(verify).await?;
        Ok(known && matches)
    }

    /// The permits move into the blocking task: a caller who leaves does not make room while the
    /// work goes on.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| PasswordError::Overloaded)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| PasswordError::Overloaded)?;
        let task = tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            work()
        });
        task.await.map_err(|_| PasswordError::Unusable)?
    }
}

fn argon2() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| PasswordError::Unusable)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &SecretString) -> Result<PasswordHash, PasswordError> {
    let salt = random::bytes::<16>();
    argon2()?
        .hash_password_with_salt(password.expose_secret().as_bytes(), &salt)
        .map(|hash: Phc| PasswordHash::new(hash.to_string()))
        .map_err(|_| PasswordError::Unusable)
}

/// The hash of a password that nobody has.
fn hash_noise() -> Result<PasswordHash, PasswordError> {
    hash_now(&random::password())
}

fn verify_now(password: &SecretString, hash: &PasswordHash) -> Result<bool, PasswordError> {
    let password = password.expose_secret().as_bytes();
    match argon2()?.verify_password(password, hash.as_str()) {
        Ok(()) => Ok(true),
        Err(HashError::PasswordInvalid) => Ok(false),
        Err(_) => Err(PasswordError::Unusable),
    }
}
