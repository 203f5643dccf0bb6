//! `Authorization: Basic …` (RFC 7617): a name and a password with every request, so over TLS only.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::request::Parts;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::{CredentialKind, SecurityScheme, constant_time_eq, read_http};
use crate::error::Error;
use crate::params::Argument;

/// Name and password of HTTP Basic
///
/// ```
/// use fastrail::prelude::*;
/// use fastrail::security::BasicCredentials;
///
/// #[get("/users/me")]
/// async fn read_me(credentials: BasicCredentials) -> Result<String> {
///     if !credentials.matches("stanley", "swordfish") {
///         return Err(Error::new(401, "Incorrect username or password")
///             .with_header(http::header::WWW_AUTHENTICATE, "Basic".parse().map_err(Error::internal)?));
///     }
///     Ok(credentials.username().to_owned())
/// }
/// ```
///
/// Absent or malformed: 401 with `WWW-Authenticate: Basic`. For a realm derive a type of your own:
/// `#[security(basic(realm = "staff"))] struct Staff(BasicCredentials);`
#[derive(Clone, Debug)]
pub struct BasicCredentials {
    username: String,
    password: SecretString,
}

impl BasicCredentials {
    /// The name, as it was sent
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The password; compare its hash (Argon2), never itself with one that is stored
    pub fn password(&self) -> &SecretString {
        &self.password
    }

    /// Whether both are the expected ones, in a time that tells nothing about either
    pub fn matches(&self, username: &str, password: &str) -> bool {
        let name = constant_time_eq(self.username.as_bytes(), username.as_bytes());
        let password = constant_time_eq(self.password.expose_secret().as_bytes(), password.as_bytes());
        name & password
    }
}

impl SecurityScheme for BasicCredentials {
    const NAME: &'static str = "HTTPBasic";
    const CHALLENGE: &'static str = "Basic";

    fn document() -> Value {
        json!({ "type": "http", "scheme": "basic" })
    }

    fn read(request: &Parts) -> Result<Option<Self>, Error> {
        read_basic(&request.headers).map_err(|Malformed| Self::missing())
    }
}

impl Argument for BasicCredentials {
    type Kind = CredentialKind;
}

/// The credentials are there, but are not base64 of UTF-8 with a colon
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// Reads name and password
///
/// # Errors
/// [`Malformed`], which is answered like no credentials, also where they are optional.
pub fn read_basic(headers: &HeaderMap) -> Result<Option<BasicCredentials>, Malformed> {
    let Some(encoded) = read_http(headers, "basic") else { return Ok(None) };
    let decoded = STANDARD.decode(encoded.expose_secret()).map_err(|_| Malformed)?;
    let text = String::from_utf8(decoded).map_err(|_| Malformed)?;
    let (username, password) = text.split_once(':').ok_or(Malformed)?;
    Ok(Some(BasicCredentials { username: username.to_owned(), password: SecretString::from(password) }))
}
