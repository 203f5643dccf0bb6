//! `Authorization: Digest …` (RFC 7616): the credentials are read and the challenge is sent; the digest itself, with its
//! nonces, is yours to check. Bearer tokens and passkeys have taken its place.

use std::fmt;

use http::request::Parts;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::{CredentialKind, SecurityScheme, read_http};
use crate::error::Error;
use crate::params::Argument;

/// What follows `Digest`: `username="ada", realm="…", response="…"`
#[derive(Clone)]
pub struct DigestCredentials(SecretString);

impl DigestCredentials {
    /// The whole text
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// One parameter without its quotes, such as `username`, `nonce` or `response`; names know no case
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut rest = self.expose();
        while let Some((key, after)) = rest.split_once('=') {
            let (value, after) = match after.trim_start().strip_prefix('"') {
                Some(quoted) => quoted.split_once('"')?,
                None => after.split_once(',').map_or((after, ""), |(value, after)| (value, after)),
            };
            if key.trim_start_matches(',').trim().eq_ignore_ascii_case(name) {
                return Some(value.trim());
            }
            rest = after;
        }
        None
    }
}

impl From<SecretString> for DigestCredentials {
    fn from(text: SecretString) -> Self {
        Self(text)
    }
}

impl fmt::Debug for DigestCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigestCredentials(…)")
    }
}

impl SecurityScheme for DigestCredentials {
    const NAME: &'static str = "HTTPDigest";
    const CHALLENGE: &'static str = "Digest";

    fn document() -> Value {
        json!({ "type": "http", "scheme": "digest" })
    }

    fn read(request: &Parts) -> Result<Option<Self>, Error> {
        Ok(read_http(&request.headers, "digest").map(Self))
    }
}

impl Argument for DigestCredentials {
    type Kind = CredentialKind;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_by_name() {
        let text = r#"username="a, b=c", realm="r",nc=00000001, qop=auth, response="x""#;
        let credentials = DigestCredentials(SecretString::from(text));
        for (name, expected) in
            [("username", "a, b=c"), ("Realm", "r"), ("nc", "00000001"), ("qop", "auth"), ("response", "x")]
        {
            assert_eq!(credentials.parameter(name), Some(expected), "{name}");
        }
        assert_eq!(credentials.parameter("opaque"), None);
        assert_eq!(DigestCredentials(SecretString::from("username=\"open")).parameter("username"), None);
    }
}
