//! Passwords as they come in and as they are kept. Neither shows itself in `Debug` output.

use std::{fmt, str::FromStr};

use sea_orm::DeriveValueType;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de::Error as _};

use super::common_passwords::is_common;
use crate::constants::passwords::{MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS};

/// A password that may be chosen: 8–128 characters, any but NUL (OWASP ASVS 5.0 V6.2), and none of the common ones of
/// [`common_passwords`](super::common_passwords).
///
/// Only for choosing one. A login takes any [`SecretString`], so that old rules lock nobody out.
#[derive(Debug, Clone)]
pub struct Password(SecretString);

/// Why a text may not be chosen as a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Shorter than 8 characters.
    #[error("should have at least {MIN_PASSWORD_CHARS} characters")]
    TooShort,
    /// Longer than 128 characters.
    #[error("should have at most {MAX_PASSWORD_CHARS} characters")]
    TooLong,
    /// With a NUL character, which no text of a request may hold.
    #[error("should not contain NUL characters")]
    Nul,
    /// One of the first that are tried (OWASP ASVS 5.0 V6.2.4).
    #[error("should not be one that everybody tries first")]
    TooCommon,
}

impl Password {
    /// Takes a password after counting its characters (not its bytes), unless it is a common one.
    ///
    /// # Errors
    /// [`PasswordError`] outside 8–128 characters, with NUL, and for what everybody tries first.
    pub fn new(secret: SecretString) -> Result<Self, PasswordError> {
        let chars = secret.expose_secret().chars().count();
        if chars < MIN_PASSWORD_CHARS {
            return Err(PasswordError::TooShort);
        }
        if chars > MAX_PASSWORD_CHARS {
            return Err(PasswordError::TooLong);
        }
        if secret.expose_secret().contains('\0') {
            return Err(PasswordError::Nul);
        }
        if is_common(secret.expose_secret()) {
            return Err(PasswordError::TooCommon);
        }
        Ok(Self(secret))
    }

    /// The secret inside.
    #[must_use]
    pub fn as_secret(&self) -> &SecretString {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(SecretString::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl FromStr for Password {
    type Err = PasswordError;

    fn from_str(text: &str) -> Result<Self, PasswordError> {
        Self::new(SecretString::from(text))
    }
}

/// A password's hash as a PHC string (`$argon2id$v=19$m=…`), the only form that is stored.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps a PHC string.
    #[must_use]
    pub fn new(phc: String) -> Self {
        Self(phc)
    }

    /// Of somebody who has no password here: none is right.
    #[must_use]
    pub fn none() -> Self {
        Self("!".to_owned())
    }

    /// The PHC string; `None` where there is no password.
    #[must_use]
    pub fn as_phc(&self) -> Option<&str> {
        if self.0 == "!" { None } else { Some(&self.0) }
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash([REDACTED])")
    }
}
