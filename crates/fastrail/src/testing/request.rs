//! A request that is being written; `.await` sends it.

use std::fmt;
use std::future::IntoFuture;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Uri};
use serde::Serialize;

use super::{Multipart, TestClient, TestResponse};
use crate::request::Body;

/// A request of a [`TestClient`]
#[must_use = "a request is sent when it is awaited"]
pub struct TestRequest {
    client: TestClient,
    method: Method,
    uri: String,
    headers: HeaderMap,
    body: Body,
}

impl TestRequest {
    pub(super) fn new(client: TestClient, method: Method, uri: &str) -> Self {
        Self { client, method, uri: uri.to_owned(), headers: HeaderMap::new(), body: Body::empty() }
    }

    /// Sets a header
    ///
    /// # Panics
    /// When the name or the value cannot stand in a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header's name");
        self.headers.insert(name, HeaderValue::from_str(value).expect("a header's value"));
        self
    }

    /// Adds a header, next to the ones of this name that are there
    ///
    /// # Panics
    /// When the name or the value cannot stand in a header.
    pub fn also_header(self, name: &str, value: &str) -> Self {
        self.also_header_value(name, HeaderValue::from_str(value).expect("a header's value"))
    }

    /// As [`also_header`](Self::also_header), with a value that may be no text
    ///
    /// # Panics
    /// When the name cannot stand in a header.
    pub fn also_header_value(mut self, name: &str, value: HeaderValue) -> Self {
        let name: HeaderName = name.parse().expect("a header's name");
        self.headers.append(name, value);
        self
    }

    /// Sets `Authorization: Bearer …`
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Sends a value as JSON
    ///
    /// # Panics
    /// When the value cannot be serialized.
    pub fn json(self, value: impl Serialize) -> Self {
        let body = serde_json::to_vec(&value).expect("the value can be written as JSON");
        self.body("application/json", body)
    }

    /// Sends pairs as an `application/x-www-form-urlencoded` form
    pub fn form<K: AsRef<str>, V: AsRef<str>>(self, pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let pairs: Vec<String> = pairs
            .into_iter()
            .map(|(key, value)| format!("{}={}", encode(key.as_ref()), encode(value.as_ref())))
            .collect();
        self.body("application/x-www-form-urlencoded", pairs.join("&"))
    }

    /// Sends a form with files
    pub fn multipart(self, form: Multipart) -> Self {
        let (media_type, body) = form.finish();
        self.body(&media_type, body)
    }

    /// Sends bytes of a media type
    ///
    /// # Panics
    /// When the media type cannot stand in a header.
    pub fn body(mut self, media_type: &str, body: impl Into<Bytes>) -> Self {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_str(media_type).expect("a media type"));
        self.body = Body::from(body.into());
        self
    }

    /// Sends a body that is being streamed
    pub fn stream(mut self, body: Body) -> Self {
        self.body = body;
        self
    }
}

impl IntoFuture for TestRequest {
    type Output = TestResponse;
    type IntoFuture = BoxFuture<'static, TestResponse>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let uri: Uri = match self.uri.parse() {
                Ok(uri) => uri,
                Err(error) => panic!("`{}` is no URI: {error}", self.uri),
            };
            self.client.send(self.method, uri, self.headers, self.body).await
        })
    }
}

impl fmt::Debug for TestRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.uri)
    }
}
