//! The claims that every token may have (RFC 7519 §4.1), and what they have to say.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

use super::TokenError;

/// What a token has to say, besides its signature.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    pub(super) issuer: Option<String>,
    pub(super) audience: Option<String>,
    pub(super) leeway: Duration,
}

/// The claims that are looked at. Times are seconds since 1970 and may have a fraction (§2).
#[derive(Deserialize)]
pub(super) struct Registered {
    #[serde(default, deserialize_with = "there")]
    iss: Option<String>,
    #[serde(default, deserialize_with = "there")]
    aud: Option<Audience>,
    exp: f64,
    #[serde(default, deserialize_with = "there")]
    nbf: Option<f64>,
}

/// A claim that is there says something: `null` is not the same as its absence.
fn there<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl Registered {
    /// Whether they say what they should.
    pub(super) fn check(&self, rules: &Rules, now: SystemTime) -> Result<(), TokenError> {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let leeway = rules.leeway.as_secs_f64();
        let is_from_whom_it_should = rules.issuer.is_none() || self.iss == rules.issuer;
        let is_for_us = match (&rules.audience, &self.aud) {
            (Some(wanted), Some(audience)) => audience.0.contains(wanted),
            // A token that names its audience is for nobody else (§4.1.3).
            (None, Some(_)) | (Some(_), None) => false,
            (None, None) => true,
        };
        let has_begun = self.nbf.is_none_or(|begin| begin <= now + leeway);
        if !is_from_whom_it_should || !is_for_us || !has_begun {
            return Err(TokenError::Invalid);
        }
        if self.exp <= now - leeway { Err(TokenError::Expired) } else { Ok(()) }
    }
}

/// One name, or a list of them.
struct Audience(Vec<String>);

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMany)
    }
}

struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Audience;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of texts")
    }

    fn visit_str<E>(self, one: &str) -> Result<Audience, E> {
        Ok(Audience(vec![one.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Audience, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = sequence.next_element()? {
            names.push(name);
        }
        Ok(Audience(names))
    }
}
