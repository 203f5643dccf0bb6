//! An answer, with assertions that show it when they fail.

use std::fmt;

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The answer to a [`TestRequest`](super::TestRequest)
pub struct TestResponse {
    request: String,
    parts: Parts,
    body: Bytes,
}

impl TestResponse {
    pub(super) fn new(request: String, parts: Parts, body: Bytes) -> Self {
        Self { request, parts, body }
    }

    /// The status
    pub fn status(&self) -> StatusCode {
        self.parts.status
    }

    /// The headers
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// One header as text; `None` when it is absent
    pub fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name)?.to_str().ok()
    }

    /// The body
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// The body as text
    ///
    /// # Panics
    /// When it is no UTF-8.
    #[track_caller]
    pub fn text(&self) -> &str {
        match std::str::from_utf8(&self.body) {
            Ok(text) => text,
            Err(error) => panic!("the body is no text: {error}\n{self:?}"),
        }
    }

    /// The body as a value of a type
    ///
    /// # Panics
    /// When it is not JSON of that type.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("the body is not what was expected: {error}\n{self:?}"),
        }
    }

    /// The part of a JSON body at a JSON pointer (RFC 6901)
    ///
    /// # Panics
    /// When the body is no JSON or has nothing there.
    #[track_caller]
    pub fn at(&self, pointer: &str) -> Value {
        match self.json::<Value>().pointer(pointer) {
            Some(value) => value.clone(),
            None => panic!("nothing at {pointer}\n{self:?}"),
        }
    }

    /// Fails unless the answer has this status
    ///
    /// # Panics
    /// When it has another one; the message shows the answer.
    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        assert!(self.parts.status.as_u16() == status, "expected {status}\n{self:?}");
        self
    }

    /// Fails unless the body is this JSON
    ///
    /// # Panics
    /// When it is another one; the message shows both.
    #[track_caller]
    pub fn assert_json(&self, expected: impl Serialize) -> &Self {
        let expected = serde_json::to_value(expected).expect("the expected value can be written as JSON");
        let found: Value = self.json();
        assert!(found == expected, "expected {expected:#}\n{self:?}");
        self
    }

    /// Fails unless a header has this value
    ///
    /// # Panics
    /// When it is absent or another one; the message shows the answer.
    #[track_caller]
    pub fn assert_header(&self, name: &str, value: &str) -> &Self {
        assert!(self.header(name) == Some(value), "expected {name}: {value}\n{self:?}");
        self
    }
}

impl fmt::Debug for TestResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} answered {}", self.request, self.parts.status)?;
        for (name, value) in &self.parts.headers {
            writeln!(f, "  {name}: {}", String::from_utf8_lossy(value.as_bytes()))?;
        }
        match serde_json::from_slice::<Value>(&self.body) {
            Ok(json) => write!(f, "{json:#}"),
            Err(_) => write!(f, "{}", String::from_utf8_lossy(&self.body)),
        }
    }
}
