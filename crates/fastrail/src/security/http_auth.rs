//! `Authorization: SCHEME CREDENTIALS` (RFC 9110 §11.6.2), for any scheme.

use std::ops::Range;

use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderValue};
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
    let header = headers.get(AUTHORIZATION)?;
    text_at(header, &credentials(header, scheme)?).map(SecretString::from)
}

/// The same, as the place in the header's value
pub(super) fn credentials(header: &HeaderValue, scheme: &str) -> Option<Range<usize>> {
    let value = header.as_bytes();
    let (name, rest) = value.split_at_checked(scheme.len())?;
    let credentials = rest.strip_prefix(b" ")?.trim_ascii();
    if !name.eq_ignore_ascii_case(scheme.as_bytes()) || credentials.is_empty() || !credentials.is_ascii() {
        return None;
    }
    let start = credentials.as_ptr() as usize - value.as_ptr() as usize;
    Some(start..start + credentials.len())
}

/// The text at such a place
pub(super) fn text_at<'h>(header: &'h HeaderValue, place: &Range<usize>) -> Option<&'h str> {
    std::str::from_utf8(header.as_bytes().get(place.clone())?).ok()
}
