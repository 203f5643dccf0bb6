//! `Base64Bytes`: bytes in a JSON string or a parameter, in RFC 4648 §4's alphabet with padding.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::diagnose_string;
use super::strings::{deserialize_text, string_type};
use crate::schema::{Class, Diagnosis, Generator, Issue, JsonSchema, Rules, Scalar, Schema};

/// Whole groups, then one group of one or two bytes whose spare bits are 0: each value has one form only
const PATTERN: &str = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$";

/// Bytes that are written as base64
///
/// ```
/// use fastrail::schema::Base64Bytes;
///
/// let bytes: Base64Bytes = serde_json::from_str(r#""aGk=""#).unwrap();
/// assert_eq!(&*bytes, b"hi");
/// assert_eq!(serde_json::to_string(&bytes).unwrap(), r#""aGk=""#);
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base64Bytes(pub Vec<u8>);

impl fmt::Debug for Base64Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Base64Bytes({} bytes)", self.0.len())
    }
}

impl From<Vec<u8>> for Base64Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Deref for Base64Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Serialize for Base64Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_text(deserializer, "base64")
    }
}

impl Schema for Base64Bytes {
    const CLASS: Class = Class::Plain;

    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Base64")
    }

    fn schema(_: &Rules, generator: &mut Generator) -> JsonSchema {
        let base64 = JsonSchema::of("string").with("contentEncoding", "base64");
        let fastapi = base64.clone().with("contentMediaType", "application/octet-stream");
        generator.worded(base64.with("pattern", PATTERN), fastapi)
    }

    #[inline]
    fn check(&self, _: &Rules) -> bool {
        true
    }

    fn diagnose(value: &Value, _: &Rules, diagnosis: &mut Diagnosis) {
        diagnose_string::<Self>(value, diagnosis, string_type, |text| Self::parse(text).map(drop));
    }
}

impl Scalar for Base64Bytes {
    fn parse(text: &str) -> Result<Self, Issue> {
        STANDARD.decode(text).map(Self).map_err(|error| {
            let reason = error.to_string();
            Issue::new("base64_decode", format!("Base64 decoding error: '{reason}'")).with("error", reason)
        })
    }
}
