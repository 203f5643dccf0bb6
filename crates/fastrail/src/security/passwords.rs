//! Hashing and checking of passwords: slow on purpose, off the async threads, and bounded.

use std::borrow::Cow;
use std::fmt;
use std::num::NonZero;
use std::sync::{Arc, OnceLock};
use std::thread::available_parallelism;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error as HashError, PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use http::header::{HeaderValue, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::error::{ApiError, ErrorCase};

/// OWASP's Password Storage Cheat Sheet, 2025: Argon2id with 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How many wait by default.
const QUEUE: usize = 32;

const OVERLOADED: &str = "Too many logins at once; try again";

/// Why a password was neither hashed nor checked
///
/// # Errors
/// Answered by an operation, it is 503 `overloaded` with `Retry-After`, and 500 where the hash is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordError {
    /// Too many passwords wait for their turn. Temporary; the caller should come back
    Overloaded,
    /// The hash is damaged or none of Argon2, or the hashing itself failed. A defect
    Unusable,
}

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Overloaded => "too many passwords are being hashed",
            Self::Unusable => "the password's hash cannot be used",
        })
    }
}

impl std::error::Error for PasswordError {}

impl ApiError for PasswordError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unusable => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> Cow<'static, str> {
        match self {
            Self::Overloaded => "overloaded".into(),
            Self::Unusable => "internal_server_error".into(),
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Overloaded => OVERLOADED.to_owned(),
            Self::Unusable => "Internal Server Error".to_owned(),
        }
    }

    fn headers(&self, headers: &mut HeaderMap) {
        if *self == Self::Overloaded {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
    }

    fn log_detail(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn describe(errors: &mut Vec<ErrorCase>) {
        errors.push(ErrorCase {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code: "overloaded".into(),
            message: OVERLOADED.into(),
            headers: &["Retry-After"],
            format: None,
        });
    }
}

/// Hashes passwords of users and checks them: Argon2id, as OWASP's Password Storage Cheat Sheet has it (19 MiB, two
/// passes, one lane); clones share the bounds
///
/// A hash takes tens of milliseconds and 19 MiB on purpose. So it runs off the async threads, one a core at once, 32 more
/// wait, and who comes then is turned away: a flood of logins takes neither the memory nor the other requests' time.
/// [`with_bounds`](Self::with_bounds) says otherwise. Hold no connection of a database while waiting for it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), fastrail::security::PasswordError> {
/// use fastrail::SecretString;
/// use fastrail::security::PasswordHasher;
///
/// let passwords = PasswordHasher::default();
/// let hash = passwords.hash(&SecretString::from("correct horse")).await?; // $argon2id$v=19$m=19456,t=2,p=1$…
///
/// assert!(passwords.verify(&SecretString::from("correct horse"), Some(&hash)).await?);
/// assert!(!passwords.verify(&SecretString::from("battery staple"), Some(&hash)).await?);
/// // A user who does not exist costs the same, so that nobody learns by the clock who does.
/// assert!(!passwords.verify(&SecretString::from("correct horse"), None).await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PasswordHasher {
    /// Those who are being hashed.
    turns: Arc<Semaphore>,
    /// Those who are being hashed or wait.
    places: Arc<Semaphore>,
    /// What unknown users' passwords are checked against, so that they cost the same.
    dummy: Arc<OnceLock<Result<String, PasswordError>>>,
}

impl Default for PasswordHasher {
    fn default() -> Self {
        Self::with_bounds(available_parallelism().map_or(1, NonZero::get), QUEUE)
    }
}

impl PasswordHasher {
    /// A hasher for `concurrency` passwords at once and `queue` more that wait
    #[must_use]
    pub fn with_bounds(concurrency: usize, queue: usize) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(concurrency)),
            places: Arc::new(Semaphore::new(concurrency.saturating_add(queue))),
            dummy: Arc::default(),
        }
    }

    /// Makes what unknown users' passwords are checked against, beside whatever else a start does; nothing waits for it
    ///
    /// Without it the first unknown user waits for two hashes.
    ///
    /// # Panics
    /// Outside of tokio's runtime.
    pub fn warm_up(&self) {
        let dummy = Arc::clone(&self.dummy);
        tokio::task::spawn_blocking(move || dummy.get_or_init(hash_noise).is_ok());
    }

    /// Hashes a password with a salt of its own, to a PHC string: `$argon2id$v=19$m=19456,t=2,p=1$…$…`
    ///
    /// # Errors
    /// [`PasswordError::Overloaded`] at once when the queue is full.
    pub async fn hash(&self, password: &SecretString) -> Result<String, PasswordError> {
        let password = password.clone();
        self.run(move || hash_now(&password)).await
    }

    /// Checks a password against a hash of Argon2, by the parameters that it names; without a hash it does the same work
    /// and says no
    ///
    /// # Errors
    /// [`PasswordError::Overloaded`] at once when the queue is full, and [`PasswordError::Unusable`] when the hash is
    /// none of Argon2.
    pub async fn verify(&self, password: &SecretString, hash: Option<&str>) -> Result<bool, PasswordError> {
        let (password, hash, dummy) = (password.clone(), hash.map(str::to_owned), Arc::clone(&self.dummy));
        let known = hash.is_some();
        let verify = move || match &hash {
            Some(hash) => verify_now(&password, hash),
            None => verify_now(&password, dummy.get_or_init(hash_noise).as_ref().map_err(|error| *error)?),
        };
        let matches = self.run(verify).await?;
        Ok(known && matches)
    }

    /// The permits move into the blocking task: a caller who leaves does not make room while the work goes on.
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

impl fmt::Debug for PasswordHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordHasher")
            .field("free_turns", &self.turns.available_permits())
            .field("free_places", &self.places.available_permits())
            .finish_non_exhaustive()
    }
}

fn argon2() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| PasswordError::Unusable)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &SecretString) -> Result<String, PasswordError> {
    let hash = argon2()?.hash_password(password.expose_secret().as_bytes());
    hash.map(|hash: PasswordHash| hash.to_string()).map_err(|_| PasswordError::Unusable)
}

/// What it is the hash of does not count: without a hash nothing is right.
fn hash_noise() -> Result<String, PasswordError> {
    hash_now(&SecretString::from("of nobody"))
}

fn verify_now(password: &SecretString, hash: &str) -> Result<bool, PasswordError> {
    match argon2()?.verify_password(password.expose_secret().as_bytes(), hash) {
        Ok(()) => Ok(true),
        Err(HashError::PasswordInvalid) => Ok(false),
        Err(_) => Err(PasswordError::Unusable),
    }
}
