//! E-mail addresses: RFC 5321 with a domain of at least two labels; no display name, no address literal, as pydantic's
//! `EmailStr`.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use email_address::{EmailAddress, Error, Options};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::strings::{deserialize_text, string_type};
use super::{diagnose_string, text_rules};
use crate::schema::{Accepts, Class, Diagnosis, Generator, Issue, JsonSchema, Rules, Sanitize, Scalar, Schema};

/// RFC 5321 §4.5.3.1.3: a path has 256 octets, two of which are the angle brackets
const MAX_LENGTH: usize = 254;

/// An e-mail address, kept as it was written
///
/// ```
/// use fastrail::schema::Email;
///
/// let email: Email = "ada@example.com".parse().unwrap();
/// assert_eq!(email.as_str(), "ada@example.com");
/// assert!("ada".parse::<Email>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Email(String);

/// Why a text is no [`Email`]
#[derive(Clone, Debug, PartialEq)]
pub struct InvalidEmail(Issue);

impl fmt::Display for InvalidEmail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for InvalidEmail {}

impl Email {
    /// The address
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address as an owned text
    pub fn into_string(self) -> String {
        self.0
    }

    /// What stands after the last `@`
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl Deref for Email {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Email {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        Scalar::parse(text).map_err(InvalidEmail)
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_text(deserializer, "an e-mail address")
    }
}

/// Why the address is refused, in the words of Python's email-validator
fn reason(text: &str, error: &Error) -> String {
    match error {
        Error::MissingSeparator => "An email address must have an @-sign.".into(),
        Error::LocalPartEmpty => "There must be something before the @-sign.".into(),
        Error::DomainEmpty => "There must be something after the @-sign.".into(),
        Error::DomainTooFew => "The part after the @-sign is not valid. It should have a period.".into(),
        Error::LocalPartTooLong => "The email address is too long before the @-sign.".into(),
        Error::DomainTooLong | Error::SubDomainTooLong => "The email address is too long after the @-sign.".into(),
        Error::SubDomainEmpty | Error::DomainInvalidSeparator => {
            "An email address cannot have a period immediately after the @-sign or two periods in a row.".into()
        }
        Error::UnsupportedDisplayName | Error::MissingDisplayName | Error::MissingEndBracket => {
            "A display name and angle brackets around the email address are not permitted here.".into()
        }
        Error::UnsupportedDomainLiteral | Error::InvalidIPAddress => {
            "A bracketed IP address after the @-sign is not allowed here.".into()
        }
        _ if text.contains('@') => "The email address contains invalid characters.".into(),
        _ => "An email address must have an @-sign.".into(),
    }
}

fn invalid(reason: String) -> Issue {
    Issue::new("value_error", format!("value is not a valid email address: {reason}")).with("reason", reason)
}

impl Schema for Email {
    const CLASS: Class = Class::Text;
    const ACCEPTS: Accepts = Accepts::TEXT.and(Accepts::LOWERCASE);

    #[inline]
    fn sanitize(&mut self, rules: &Rules) {
        if let Some(text) = rules.sanitize.changed(&self.0) {
            self.0 = text;
        }
    }

    #[inline]
    fn sanitizing(rules: &Rules) -> Sanitize {
        rules.sanitize
    }

    fn schema(rules: &Rules, _: &mut Generator) -> JsonSchema {
        let schema = rules.text_keywords(JsonSchema::of("string").with("format", "email"));
        if rules.max_length.is_some_and(|max| max < MAX_LENGTH) { schema } else { schema.with("maxLength", MAX_LENGTH) }
    }

    #[inline]
    fn check(&self, rules: &Rules) -> bool {
        rules.allow_text(&self.0)
    }

    fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
        diagnose_string::<Self>(value, diagnosis, string_type, |text| {
            <Self as Scalar>::parse(text)?;
            text_rules(rules, text)
        });
    }
}

impl Scalar for Email {
    fn parse(text: &str) -> Result<Self, Issue> {
        let length = text.chars().count();
        if length > MAX_LENGTH {
            let excess = length - MAX_LENGTH;
            let plural = if excess == 1 { "" } else { "s" };
            return Err(invalid(format!("The email address is too long ({excess} character{plural} too many).")));
        }
        let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
        match EmailAddress::parse_with_options(text, options) {
            Ok(address) => Ok(Self(address.into())),
            Err(error) => Err(invalid(reason(text, &error))),
        }
    }
}
