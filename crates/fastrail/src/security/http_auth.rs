//! `Authorization: SCHEME CREDENTIALS` (RFC 9110 §11.6.2), for any scheme.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use secrecy::SecretString;

/// Reads what follows the scheme's name, which knows no case; another scheme, or nothing after it, is none
///
/// ```
/// use fastrail::security::read_http;
/// use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};
///
/// let mut headers = HeaderMap::new();
/// headers.insert(AUTHORIZATION, HeaderValue::from_static("Hawk id=\"a\""));
/// assert!(read_http(&headers, "hawk").is_some());
/// assert!(read_http(&headers, "bearer").is_none());
/// ```
pub fn read_http(headers: &HeaderMap, scheme: &str) -> Option<SecretString> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (name, credentials) = value.split_once(' ')?;
    let credentials = credentials.trim();
    if !name.eq_ignore_ascii_case(scheme) || credentials.is_empty() {
        return None;
    }
    Some(SecretString::from(credentials))
}
