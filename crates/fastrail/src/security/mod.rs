//! Credentials: how a client shows who it is, read from the request and documented as a security scheme.
//!
//! A scheme only reads; whether the credential is worth anything, a dependency decides. An operation that takes a
//! credential, directly or through its dependencies, is settled before anything else of the request is looked at:
//! 401 before 422.
//!
//! One scheme a file: `api_key`, `basic`, `bearer`, `digest`, `oauth2` (OpenID Connect is a bearer token with a document
//! of its own). Several on one operation: take each as `Option<…>` in a dependency that accepts any, or take each as it
//! is and all are demanded.
//!
//! What a credential is compared with: [`constant_time_eq`] for secrets, `PasswordHasher` (feature `passwords`) for what
//! people choose, `jwt` (feature `jwt`) for signed tokens.

mod api_key;
mod basic;
mod bearer;
mod compare;
mod digest;
mod http_auth;
#[cfg(feature = "jwt")]
pub mod jwt;
mod kind;
mod oauth2;
mod password_form;
#[cfg(feature = "passwords")]
mod passwords;
mod scopes;

pub use api_key::{read_api_key_cookie, read_api_key_header, read_api_key_query};
pub use basic::{BasicCredentials, Malformed, read_basic};
pub use bearer::{BearerToken, read_bearer};
pub use compare::constant_time_eq;
pub use digest::DigestCredentials;
pub use http_auth::read_http;
pub use kind::CredentialKind;
pub use oauth2::{OAuth2Flow, oauth2_scheme};
pub use password_form::{OAuth2PasswordRequestForm, OAuth2PasswordRequestFormStrict};
#[cfg(feature = "passwords")]
pub use passwords::{PasswordError, PasswordHasher};
pub use scopes::{SecurityScopes, scope};

use http::header::{HeaderValue, WWW_AUTHENTICATE};
use http::request::Parts;
use serde_json::Value;

use crate::error::Error;

/// A credential that a client sends with a request
///
/// Derive it on a newtype over [`SecretString`](crate::SecretString):
///
/// ```
/// use fastrail::prelude::*;
///
/// /// The key that your account page shows
/// #[derive(Clone, SecurityScheme)]
/// #[security(api_key(header = "X-API-Key"))]
/// struct ApiKey(SecretString);
///
/// /// Sign in with user name and password
/// #[derive(Clone, SecurityScheme)]
/// #[security(oauth2_password(token_url = "/token", scopes("items:write" = "Change items")))]
/// struct AccessToken(SecretString);
/// ```
///
/// | `#[security(…)]` | over | reads |
/// | --- | --- | --- |
/// | `api_key(header = "…")`, `api_key(query = "…")`, `api_key(cookie = "…")` | [`SecretString`](crate::SecretString) | the key |
/// | `bearer`, `bearer(format = "JWT")` | `SecretString` | `Authorization: Bearer …` |
/// | `http(scheme = "…")` | `SecretString` | `Authorization: … …` |
/// | `basic`, `basic(realm = "…")` | [`BasicCredentials`] | name and password |
/// | `digest` | [`DigestCredentials`] | its parameters |
/// | `oauth2_password(token_url = "…", refresh_url = "…", scopes("a" = "…"))` | `SecretString` | a bearer token |
/// | `oauth2_client_credentials(token_url = "…", …)` | `SecretString` | a bearer token |
/// | `oauth2_authorization_code(authorization_url = "…", token_url = "…", …)` | `SecretString` | a bearer token |
/// | `open_id_connect(url = "…")` | `SecretString` | a bearer token |
///
/// Several `oauth2_…` on one type are the flows of one scheme. `name = "…"` is the scheme's name in the document, by
/// default the type's.
///
/// As an argument it answers 401 with `WWW-Authenticate` when it is absent; `Option<…>` leaves that to you.
pub trait SecurityScheme: Sized + Send + 'static {
    /// The scheme's name in the document
    const NAME: &'static str;

    /// The challenge of `WWW-Authenticate` (RFC 9110 §11.6.1)
    const CHALLENGE: &'static str;

    /// The scheme as OpenAPI describes it
    fn document() -> Value;

    /// Reads the credential; `None` when there is none of this scheme
    ///
    /// # Errors
    /// What answers a credential that is malformed, also where it is optional: usually [`missing`](Self::missing).
    fn read(request: &Parts) -> Result<Option<Self>, Error>;

    /// The answer to a request without the credential
    fn missing() -> Error {
        Error::new(401, "Not authenticated")
            .with_code("not_authenticated")
            .with_header(WWW_AUTHENTICATE, HeaderValue::from_static(Self::CHALLENGE))
    }
}
