//! Scopes: what an operation demands of a token, gathered over everything that it depends on.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;
use http::header::WWW_AUTHENTICATE;

use crate::dependency;
use crate::error::Error;
use crate::params::{Argument, RequestPart, RequestPartKind};
use crate::request::RequestContext;

/// Demands a scope: `#[get("/items", scope("items:read"))]`, `#[depends(scope("me"))] _scope: ()` in a dependency, or
/// on a router `depends![scope("admin")]`
///
/// It stands in the document with every scheme of the operation; who checks it is the dependency that reads the token,
/// which takes [`SecurityScopes`].
#[dependency(scopes = name)]
pub async fn scope(#[parameter] name: &'static str) {
    let _ = name;
}

/// Every scope that the running operation demands, by itself or through what it depends on
///
/// ```
/// use fastrail::prelude::*;
/// use fastrail::security::{SecurityScopes, scope};
///
/// #[derive(Clone)]
/// struct User(String);
///
/// #[dependency]
/// async fn user(token: BearerToken, scopes: SecurityScopes) -> Result<User> {
///     let granted = ["me"]; // read from the token
///     if scopes.iter().any(|scope| !granted.contains(&scope)) {
///         return Err(scopes.unauthorized("Not enough permissions"));
///     }
///     Ok(User(token.expose().to_owned()))
/// }
///
/// #[get("/users/me", scope("me"))]
/// async fn read_me(user: User) -> String {
///     user.0
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SecurityScopes(Arc<[String]>);

impl SecurityScopes {
    /// One by one: those of the operation first, then of what it depends on
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether none is demanded
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The challenge that names them (RFC 6750 §3): `Bearer scope="me items"`, or `Bearer`
    pub fn challenge(&self) -> String {
        if self.is_empty() { "Bearer".to_owned() } else { format!("Bearer scope=\"{self}\"") }
    }

    /// 401 with that challenge
    pub fn unauthorized(&self, detail: &str) -> Error {
        let challenge = HeaderValue::try_from(self.challenge()).unwrap_or(HeaderValue::from_static("Bearer"));
        Error::new(401, detail).with_header(WWW_AUTHENTICATE, challenge)
    }
}

impl fmt::Display for SecurityScopes {
    /// Divided by spaces
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl RequestPart for SecurityScopes {
    fn of(cx: &RequestContext) -> Self {
        Self(Arc::clone(&cx.endpoint.scopes))
    }
}

impl Argument for SecurityScopes {
    type Kind = RequestPartKind;
}
