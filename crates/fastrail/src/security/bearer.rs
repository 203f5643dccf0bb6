//! `Authorization: Bearer …` (RFC 6750 §2.1).

use std::fmt;

use http::HeaderMap;
use http::request::Parts;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::{CredentialKind, SecurityScheme, read_http};
use crate::error::Error;
use crate::params::Argument;

/// The token of `Authorization: Bearer …`; it never shows in `Debug`
#[derive(Clone)]
pub struct BearerToken(SecretString);

impl BearerToken {
    /// The token itself
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
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
        Ok(read_bearer(&request.headers).map(Self))
    }
}

impl Argument for BearerToken {
    type Kind = CredentialKind;
}

/// Reads a bearer token; the scheme's name knows no case (RFC 9110 §11.1)
pub fn read_bearer(headers: &HeaderMap) -> Option<SecretString> {
    read_http(headers, "bearer")
}
