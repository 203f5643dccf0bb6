//! `Authorization: Bearer …` (RFC 6750 §2.1).

use std::fmt;
use std::ops::Range;

use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderValue};
use http::request::Parts;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::http_auth::{credentials, text_at};
use super::{CredentialKind, SecurityScheme, read_http};
use crate::error::Error;
use crate::params::Argument;

/// The token of `Authorization: Bearer …`; it never shows in `Debug`
///
/// It is a part of the request's header, not a copy: cloning it is cheap.
#[derive(Clone)]
pub struct BearerToken {
    header: HeaderValue,
    place: Range<usize>,
}

impl BearerToken {
    fn of(header: &HeaderValue) -> Option<Self> {
        Some(Self { place: credentials(header, "bearer")?, header: header.clone() })
    }

    /// The token itself
    pub fn expose(&self) -> &str {
        text_at(&self.header, &self.place).unwrap_or_default()
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerToken(…)")
    }
}

impl SecurityScheme for BearerToken {
    const NAME: &'static str = "BearerToken";
    const CHALLENGE: &'static str = "Bearer";

    fn document() -> Value {
        json!({ "type": "http", "scheme": "bearer" })
    }

    fn read(request: &Parts) -> Result<Option<Self>, Error> {
        Ok(request.headers.get(AUTHORIZATION).and_then(Self::of))
    }
}

impl Argument for BearerToken {
    type Kind = CredentialKind;
}

/// Reads a bearer token; the scheme's name knows no case (RFC 9110 §11.1)
pub fn read_bearer(headers: &HeaderMap) -> Option<SecretString> {
    read_http(headers, "bearer")
}
