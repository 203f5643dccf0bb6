//! Credentials: how a client shows who it is, read from the request and documented as a security scheme.
//!
//! A scheme only reads; whether the credential is worth anything, a dependency decides. An operation that takes a
//! credential, directly or through its dependencies, is settled before anything else of the request is looked at:
//! 401 before 422.
//!
//! One scheme a file: `bearer`, `oauth2_password`, `api_key`.

mod api_key;
mod bearer;
mod kind;
mod oauth2_password;

pub use api_key::read_api_key_header;
pub use bearer::{BearerToken, read_bearer};
pub use kind::CredentialKind;
pub use oauth2_password::oauth2_password_scheme;

use http::HeaderMap;
use http::header::{HeaderValue, WWW_AUTHENTICATE};
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
/// As an argument it answers 401 with `WWW-Authenticate` when it is absent; `Option<…>` leaves that to you.
pub trait SecurityScheme: Sized + Send + 'static {
    /// The scheme's name in the document
    const NAME: &'static str;

    /// The challenge of `WWW-Authenticate` (RFC 9110 §11.6.1)
    const CHALLENGE: &'static str;

    /// The scheme as OpenAPI describes it
    fn document() -> Value;

    /// Reads the credential
    fn read(headers: &HeaderMap) -> Option<Self>;

    /// The answer to a request without the credential
    fn missing() -> Error {
        Error::new(401, "Not authenticated")
            .with_code("not_authenticated")
            .with_header(WWW_AUTHENTICATE, HeaderValue::from_static(Self::CHALLENGE))
    }
}
