//! E-mail addresses: where a user is reached, and the other name to log in with.

use std::{fmt, str::FromStr};

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

/// A syntactically valid address (RFC 5321), kept as written and compared without case.
///
/// Local parts are case-sensitive by the letter of RFC 5321 §2.4, but no provider in use treats
/// them so, and two accounts that differ in case alone are an impersonation: our choice.
///
/// ```
/// use app::models::EmailAddress;
///
/// let address: EmailAddress = "Ada@Example.COM".parse()?;
/// assert_eq!(address.as_str(), "Ada@Example.COM");
/// assert_eq!(address.key(), "ada@example.com");
/// # Ok::<(), app::models::EmailAddressError>(())
/// ```
#[derive(Clone, Serialize, Deserialize, DeriveValueType)]
#[serde(try_from = "String", into = "String")]
#[sea_orm(value_type = "String")]
pub struct EmailAddress(String);

/// The text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("should be an e-mail address, such as ada@example.com")]
pub struct EmailAddressError;

impl EmailAddress {
    /// The longest address, by RFC 5321 §4.5.3.1.3: a path has 256 octets, two of them brackets.
    pub const MAX_CHARS: usize = 254;

    /// The address as its owner wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that is unique and that look-ups use: lower case.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for EmailAddress {}

impl FromStr for EmailAddress {
    type Err = EmailAddressError;

    fn from_str(text: &str) -> Result<Self, EmailAddressError> {
        let options =
            email_address::Options::default().with_required_tld().without_display_text().without_domain_literal();
        if text.chars().count() > Self::MAX_CHARS {
            return Err(EmailAddressError);
        }
        email_address::EmailAddress::parse_with_options(text, options).map_err(|_| EmailAddressError)?;
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailAddressError;

    fn try_from(text: String) -> Result<Self, EmailAddressError> {
        text.parse()
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// Logs carry ids, never addresses, so a user that is logged with `{:?}` shows only the domain.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let domain = self.0.rsplit('@').next().unwrap_or_default();
        write!(f, "EmailAddress(…@{domain})")
    }
}
