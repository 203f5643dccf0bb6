//! An API key in a header.

use http::{HeaderMap, HeaderName};
use secrecy::SecretString;

/// Reads a key from a header; an empty one counts as absent
pub fn read_api_key_header(headers: &HeaderMap, name: &HeaderName) -> Option<SecretString> {
    let key = headers.get(name)?.to_str().ok()?.trim();
    if key.is_empty() { None } else { Some(SecretString::from(key)) }
}
