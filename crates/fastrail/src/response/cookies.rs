//! Cookies to set, safe by default.

use std::time::Duration;

use http::header::{HeaderValue, SET_COOKIE};

use super::ReplyPart;
use crate::error::Error;
use crate::openapi::ResponseDoc;

/// Marks a cookie as bound to its host
const HOST_PREFIX: &str = "__Host-";

/// When a browser sends the cookie along with requests from other sites
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// Never
    Strict,
    /// With top-level navigations
    Lax,
    /// Always
    None,
}

/// One `Set-Cookie` (RFC 6265bis): `HttpOnly`, `Secure`, `SameSite=Lax` and `Path=/` unless changed
///
/// The value is written as it is: one with spaces, commas, semicolons, quotes or beyond ASCII is a 500; encode it.
///
/// ```
/// use fastrail::prelude::*;
///
/// #[post("/login")]
/// async fn login() -> (SetCookie, String) {
///     (SetCookie::new("theme", "dark").readable_by_scripts(), "welcome".to_owned())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SetCookie(cookie::Cookie<'static>);

impl SetCookie {
    /// A session cookie, which ends with the browser
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        let mut cookie = cookie::Cookie::new(name.into(), value.into());
        cookie.set_http_only(true);
        cookie.set_secure(true);
        cookie.set_same_site(cookie::SameSite::Lax);
        cookie.set_path("/");
        Self(cookie)
    }

    /// A cookie that only this host can set and read, over HTTPS: its name gets the prefix `__Host-`, which a browser
    /// takes only with `Secure`, `Path=/` and without `Domain` (RFC 6265bis §4.1.3.2)
    pub fn host(name: impl AsRef<str>, value: impl Into<String>) -> Self {
        Self::new(format!("{HOST_PREFIX}{}", name.as_ref()), value)
    }

    /// The name
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// The value
    pub fn value(&self) -> &str {
        self.0.value()
    }

    pub(super) fn with_value(mut self, value: String) -> Self {
        self.0.set_value(value);
        self
    }

    /// Takes a cookie back: empty and expired. Give it the path and the domain that it was set with
    pub fn removal(name: impl Into<String>) -> Self {
        Self::new(name, "").max_age(Duration::ZERO)
    }

    /// How long it lives
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        let seconds = i64::try_from(age.as_secs()).unwrap_or(i64::MAX);
        self.0.set_max_age(cookie::time::Duration::seconds(seconds));
        self
    }

    /// Which requests from other sites carry it
    #[must_use]
    pub fn same_site(mut self, policy: SameSite) -> Self {
        self.0.set_same_site(match policy {
            SameSite::Strict => cookie::SameSite::Strict,
            SameSite::Lax => cookie::SameSite::Lax,
            SameSite::None => cookie::SameSite::None,
        });
        self
    }

    /// Only below this path
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.0.set_path(path.into());
        self
    }

    /// Also for the hosts below this one; without it, a cookie is for the host that has set it
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.0.set_domain(domain.into());
        self
    }

    /// Without `HttpOnly`
    #[must_use]
    pub fn readable_by_scripts(mut self) -> Self {
        self.0.set_http_only(false);
        self
    }

    /// Without `Secure`: also over plain HTTP
    #[must_use]
    pub fn over_plain_http(mut self) -> Self {
        self.0.set_secure(false);
        self
    }
}

/// Why a browser would drop the cookie without a word
fn contradiction(cookie: &cookie::Cookie<'_>) -> Option<&'static str> {
    let name = cookie.name().to_ascii_lowercase();
    let is_secure = cookie.secure() == Some(true);
    let is_bound = is_secure && cookie.path() == Some("/") && cookie.domain().is_none();
    if name.starts_with(&HOST_PREFIX.to_ascii_lowercase()) && !is_bound {
        return Some("a cookie `__Host-…` must be `Secure`, have the path `/` and no domain");
    }
    if name.starts_with("__secure-") && !is_secure {
        return Some("a cookie `__Secure-…` must be `Secure`");
    }
    if cookie.same_site() == Some(cookie::SameSite::None) && !is_secure {
        return Some("a cookie with `SameSite=None` must be `Secure`");
    }
    None
}

/// Without this, a `;` in a value would add attributes to the cookie
fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e)
}

fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

impl ReplyPart for SetCookie {
    fn describe(response: ResponseDoc) -> ResponseDoc {
        response.with_header("Set-Cookie", "")
    }

    fn apply(self, response: &mut axum_core::response::Response) -> Result<(), Error> {
        if !is_token(self.0.name()) || !self.0.value().bytes().all(is_cookie_octet) {
            return Err(Error::internal("a cookie's name or value has characters that RFC 6265 §4.1.1 does not allow"));
        }
        let attributes = [self.0.path(), self.0.domain()];
        if attributes.into_iter().flatten().any(|text| text.contains([';', ',']) || !text.is_ascii()) {
            return Err(Error::internal(
                "a cookie's path or domain has characters that RFC 6265 §4.1.1 does not allow",
            ));
        }
        if let Some(contradiction) = contradiction(&self.0) {
            return Err(Error::internal(contradiction));
        }
        let value = HeaderValue::try_from(self.0.to_string()).map_err(Error::internal)?;
        response.headers_mut().append(SET_COOKIE, value);
        Ok(())
    }
}
