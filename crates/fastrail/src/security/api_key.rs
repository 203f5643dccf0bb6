//! An API key in a header, in the query or in a cookie.
//!
//! A key in the query ends up in logs, histories and `Referer` headers: take a header where you can (OWASP REST).

use http::header::COOKIE;
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use secrecy::SecretString;

use crate::params::{Raw, cookie_of, query_of};

/// Reads a key from a header; an empty one counts as absent
pub fn read_api_key_header(headers: &HeaderMap, name: &HeaderName) -> Option<SecretString> {
    key(headers.get(name)?.to_str().ok()?)
}

/// Reads a key from the query; an empty one counts as absent
pub fn read_api_key_query(request: &Parts, name: &str) -> Option<SecretString> {
    match query_of(request.uri.query().unwrap_or_default(), name) {
        Raw::Text(text) => key(&text),
        Raw::Absent | Raw::NotUtf8 => None,
    }
}

/// Reads a key from a cookie; an empty one counts as absent
pub fn read_api_key_cookie(headers: &HeaderMap, name: &str) -> Option<SecretString> {
    if !headers.contains_key(COOKIE) {
        return None;
    }
    match cookie_of(headers, name) {
        Raw::Text(text) => key(&text),
        Raw::Absent | Raw::NotUtf8 => None,
    }
}

fn key(text: &str) -> Option<SecretString> {
    let text = text.trim();
    if text.is_empty() { None } else { Some(SecretString::from(text)) }
}
