//! Passwords as they come in and as they are kept. Neither shows itself in `Debug` output.

use std::{fmt, str::FromStr};

use sea_orm::DeriveValueType;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::constants::passwords::{MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS};

/// A password that may be chosen: 8–128 characters, any characters (OWASP ASVS 5.0 V6.2).
///
/// Only for choosing one. A login takes any [`SecretString`], so that old rules lock nobody out.
#[derive(Debug, Clone)]
pub struct Password(SecretString);

/// Why a text may not be chosen as a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordLengthError {
    /// Shorter than 8 characters.
    #[error("should have at least {MIN_PASSWORD_CHARS} characters")]
    TooShort,
    /// Longer than 128 characters.
    #[error("should have at most {MAX_PASSWORD_CHARS} characters")]
    TooLong,
}

impl Password {
    /// Takes a password after counting its characters (not its bytes).
    ///
    /// # Errors
    /// [`PasswordLengthError`] outside 8–128 characters.
    pub fn new(secret: SecretString) -> Result<Self, PasswordLengthError> {
        let chars = secret.expose_secret().chars().count();
        if chars < MIN_PASSWORD_CHARS {
            return Err(PasswordLengthError::TooShort);
        }
        if chars > MAX_PASSWORD_CHARS {
            return Err(PasswordLengthError::TooLong);
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
    type Err = PasswordLengthError;

    fn from_str(text: &str) -> Result<Self, PasswordLengthError> {
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

    /// The PHC string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash([REDACTED])")
    }
}
