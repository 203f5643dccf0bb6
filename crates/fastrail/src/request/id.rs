//! The id of one request: accepted from the client when it is harmless, else made.

use std::fmt;

use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};
use uuid::Uuid;

/// The header that carries it, in and out
pub(crate) static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The value of `X-Request-Id`: 1–128 visible ASCII characters, or a UUIDv7 of our own
///
/// Take it as an argument of a path operation to put it into your own answers or calls.
#[derive(Clone, Debug)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The client's id when it is harmless in a log line, else a new one
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        match headers.get(&X_REQUEST_ID) {
            Some(value) if is_acceptable(value.as_bytes()) => Self(value.clone()),
            _ => Self::new(),
        }
    }

    fn new() -> Self {
        let mut buffer = Uuid::encode_buffer();
        let text = Uuid::now_v7().hyphenated().encode_lower(&mut buffer);
        Self(HeaderValue::from_str(text).expect("invariant: a UUID is visible ASCII"))
    }

    /// The id as text
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    pub(crate) fn header_value(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Visible ASCII only, so that it cannot forge a log line
fn is_acceptable(value: &[u8]) -> bool {
    (1..=128).contains(&value.len()) && value.iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_for(value: &[u8]) -> String {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.insert(&X_REQUEST_ID, value);
        }
        RequestId::of(&headers).as_str().to_owned()
    }

    #[test]
    fn a_harmless_id_is_kept() {
        assert_eq!(id_for(b"abc-123"), "abc-123");
        assert_eq!(id_for(&[b'x'; 128]), "x".repeat(128));
    }

    #[test]
    fn a_dangerous_or_long_id_is_replaced_by_a_uuid() {
        for value in [&b""[..], b"a b", "ä".as_bytes(), &[b'x'; 129]] {
            assert_eq!(Uuid::parse_str(&id_for(value)).map(|id| id.get_version_num()), Ok(7));
        }
    }
}
