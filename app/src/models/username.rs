//! The name that a user logs in with and is seen under.

use std::{fmt, str::FromStr};

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

/// 3–20 characters of `A-Z a-z 0-9 _ . -`, kept as written and compared without case.
///
/// It can hold no `@`, so a login name is either this or an e-mail address, never both.
///
/// ```
/// use app::models::Username;
///
/// let username: Username = "Ada.L".parse()?;
/// assert_eq!(username.as_str(), "Ada.L");
/// assert_eq!(username.key(), "ada.l");
/// assert!("ab".parse::<Username>().is_err());
/// # Ok::<(), app::models::UsernameError>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize, DeriveValueType)]
#[serde(try_from = "String", into = "String")]
#[sea_orm(value_type = "String")]
pub struct Username(String);

/// Why a text is no username.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UsernameError {
    /// Shorter than 3 characters.
    #[error("should have at least {} characters", Username::MIN_CHARS)]
    TooShort,
    /// Longer than 20 characters.
    #[error("should have at most {} characters", Username::MAX_CHARS)]
    TooLong,
    /// A character outside `A-Z a-z 0-9 _ . -`.
    #[error("should only have letters, digits, '_', '.' and '-'")]
    Character,
}

impl Username {
    /// The shortest username.
    pub const MIN_CHARS: usize = 3;
    /// The longest username.
    pub const MAX_CHARS: usize = 20;

    /// The name as its owner wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that is unique and that look-ups use: lower case.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl PartialEq for Username {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Username {}

impl FromStr for Username {
    type Err = UsernameError;

    fn from_str(text: &str) -> Result<Self, UsernameError> {
        let chars = text.chars().count();
        if chars < Self::MIN_CHARS {
            return Err(UsernameError::TooShort);
        }
        if chars > Self::MAX_CHARS {
            return Err(UsernameError::TooLong);
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        if !text.chars().all(allowed) {
            return Err(UsernameError::Character);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Username {
    type Error = UsernameError;

    fn try_from(text: String) -> Result<Self, UsernameError> {
        text.parse()
    }
}

impl From<Username> for String {
    fn from(username: Username) -> Self {
        username.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
