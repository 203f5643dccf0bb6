//! `Url` (any scheme) and `HttpUrl` (http and https, at most 2,083 characters, as pydantic's).

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use url::{ParseError, Url};

use super::{diagnose_string, text_rules};
use crate::schema::{Class, Diagnosis, Generator, Issue, JsonSchema, Rules, Scalar, Schema};

/// pydantic's limit, which was once Internet Explorer's
const MAX_LENGTH: usize = 2083;

fn url_type() -> Issue {
    Issue::new("url_type", "URL input should be a string or URL")
}

fn unparsable(text: &str, error: ParseError) -> Issue {
    let reason = if text.is_empty() { "input is empty".to_owned() } else { error.to_string() };
    Issue::new("url_parsing", format!("Input should be a valid URL, {reason}")).with("error", reason)
}

impl Schema for Url {
    const CLASS: Class = Class::Text;

    fn schema(rules: &Rules, _: &mut Generator) -> JsonSchema {
        rules.text_keywords(JsonSchema::of("string").with("format", "uri")).or_with("minLength", 1)
    }

    #[inline]
    fn check(&self, rules: &Rules) -> bool {
        rules.allow_text(self.as_str())
    }

    fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
        diagnose_string::<Self>(value, diagnosis, url_type, |text| {
            text_rules(rules, <Self as Scalar>::parse(text)?.as_str())
        });
    }
}

impl Scalar for Url {
    fn parse(text: &str) -> Result<Self, Issue> {
        Self::parse(text).map_err(|error| unparsable(text, error))
    }
}

/// A URL whose scheme is `http` or `https`
///
/// ```
/// use fastrail::schema::HttpUrl;
///
/// let url: HttpUrl = "https://example.com/image.png".parse().unwrap();
/// assert_eq!(url.host_str(), Some("example.com"));
/// assert!("ftp://example.com".parse::<HttpUrl>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct HttpUrl(Url);

/// Why a text is no [`HttpUrl`]
#[derive(Clone, Debug, PartialEq)]
pub struct InvalidHttpUrl(Issue);

impl fmt::Display for InvalidHttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for InvalidHttpUrl {}

impl HttpUrl {
    /// The URL of the `url` crate
    pub fn into_inner(self) -> Url {
        self.0
    }
}

impl Deref for HttpUrl {
    type Target = Url;

    fn deref(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for HttpUrl {
    type Err = InvalidHttpUrl;

    fn from_str(text: &str) -> Result<Self, InvalidHttpUrl> {
        Scalar::parse(text).map_err(InvalidHttpUrl)
    }
}

impl<'de> Deserialize<'de> for HttpUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::strings::deserialize_text(deserializer, "a URL")
    }
}

impl Schema for HttpUrl {
    const CLASS: Class = Class::Text;

    fn schema(rules: &Rules, _: &mut Generator) -> JsonSchema {
        rules
            .text_keywords(JsonSchema::of("string").with("format", "uri"))
            .or_with("minLength", 1)
            .or_with("maxLength", MAX_LENGTH)
            .or_with("pattern", "^[hH][tT][tT][pP][sS]?:")
    }

    #[inline]
    fn check(&self, rules: &Rules) -> bool {
        rules.allow_text(self.0.as_str())
    }

    fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
        diagnose_string::<Self>(value, diagnosis, url_type, |text| {
            text_rules(rules, <Self as Scalar>::parse(text)?.as_str())
        });
    }
}

impl Scalar for HttpUrl {
    fn parse(text: &str) -> Result<Self, Issue> {
        if text.chars().count() > MAX_LENGTH {
            return Err(Issue::new("url_too_long", format!("URL should have at most {MAX_LENGTH} characters"))
                .with("max_length", MAX_LENGTH));
        }
        let url = <Url as Scalar>::parse(text)?;
        if matches!(url.scheme(), "http" | "https") {
            return Ok(Self(url));
        }
        let expected = "'http' or 'https'";
        Err(Issue::new("url_scheme", format!("URL scheme should be {expected}")).with("expected_schemes", expected))
    }
}
