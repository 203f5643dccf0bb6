//! Signed cookies: what comes back is what was set.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;

use super::SetCookie;
use crate::error::Error;

/// The shortest key: as long as the digest (RFC 2104 §3)
const MIN_KEY_BYTES: usize = 32;

/// Keys that sign cookies with HMAC-SHA-256; hold them as app state
///
/// A signature is over the cookie's name and value, so that no cookie passes for another. It does not hide the value,
/// and does not age: put a time into a value that must end. New cookies are signed by the first key, and any key
/// verifies, so a key is replaced without logging anybody out.
///
/// ```
/// use fastrail::prelude::*;
/// use fastrail::{CookieKeys, State};
///
/// #[post("/login")]
/// async fn login(keys: State<CookieKeys>) -> (SetCookie, ()) {
///     (keys.sign(SetCookie::host("session", "u-1")), ())
/// }
///
/// #[get("/me")]
/// async fn me(#[cookie(alias = "__Host-session")] session: String, keys: State<CookieKeys>) -> Result<String> {
///     let user = keys.verify("__Host-session", &session).ok_or_else(|| Error::new(401, "Log in first"))?;
///     Ok(user.to_owned())
/// }
///
/// let keys = CookieKeys::new(*b"a key from the environment, 32 B.")?.or([7; 32])?;
/// let signed = keys.sign(SetCookie::new("theme", "dark"));
/// assert_eq!(keys.verify("theme", signed.value()), Some("dark"));
/// assert_eq!(keys.verify("session", signed.value()), None);
/// # Ok::<(), fastrail::Error>(())
/// ```
#[derive(Clone)]
pub struct CookieKeys {
    keys: Arc<Vec<SecretSlice<u8>>>,
}

impl CookieKeys {
    /// The key that signs: at least 32 random bytes
    ///
    /// # Errors
    /// When it is shorter; tell whoever starts the app.
    pub fn new(key: impl AsRef<[u8]>) -> Result<Self, Error> {
        Self { keys: Arc::default() }.or(key)
    }

    /// A key that only verifies: the one before
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn or(self, key: impl AsRef<[u8]>) -> Result<Self, Error> {
        let key = key.as_ref();
        if key.len() < MIN_KEY_BYTES {
            return Err(Error::cannot_start(format_args!("a key for cookies has at least {MIN_KEY_BYTES} bytes")));
        }
        let mut keys: Vec<SecretSlice<u8>> = self.keys.to_vec();
        keys.push(SecretSlice::from(key.to_vec()));
        Ok(Self { keys: Arc::new(keys) })
    }

    /// The cookie with its signature behind its value
    #[must_use]
    pub fn sign(&self, cookie: SetCookie) -> SetCookie {
        let Some(key) = self.keys.first() else { return cookie };
        let signature = URL_SAFE_NO_PAD.encode(mac(key, cookie.name(), cookie.value()).finalize().into_bytes());
        let value = format!("{}.{signature}", cookie.value());
        cookie.with_value(value)
    }

    /// The value of a cookie that one of the keys has signed under this name; `None` for any other
    pub fn verify<'v>(&self, name: &str, signed: &'v str) -> Option<&'v str> {
        let (value, signature) = signed.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let is_valid = self.keys.iter().any(|key| mac(key, name, value).verify_slice(&signature).is_ok());
        is_valid.then_some(value)
    }
}

impl fmt::Debug for CookieKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CookieKeys({})", self.keys.len())
    }
}

/// Over the name, a byte that no name has, and the value
fn mac(key: &SecretSlice<u8>, name: &str, value: &str) -> Hmac<Sha256> {
    let mac = Hmac::<Sha256>::new_from_slice(key.expose_secret());
    let mut mac = mac.expect("invariant: HMAC takes keys of any length");
    mac.update(name.as_bytes());
    mac.update(b"\0");
    mac.update(value.as_bytes());
    mac
}
