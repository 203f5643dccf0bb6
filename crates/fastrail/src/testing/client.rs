//! The client itself: an app that has started, a cookie jar, and headers for every request.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::header::{COOKIE, HeaderName, HeaderValue, SET_COOKIE};
use http::{HeaderMap, Method, Request, Uri};
use http_body_util::BodyExt;
use serde_json::Value;

use super::contract::Contract;
use super::{TestHandshake, TestRequest, TestResponse};
use crate::app::{App, AppHandle, BuiltApp};
use crate::request::{Body, Head, Peer};

/// Asks an app in this process: no socket, the same code as behind one
///
/// Cookies that the app sets are sent back. Every answer of a documented operation must be in the document, with its
/// status, media type and schema, or the test fails; [`unchecked`](Self::unchecked) switches that off. An answer is
/// here when the teardowns that run after it have ended.
#[derive(Clone)]
pub struct TestClient {
    inner: Arc<Inner>,
    headers: HeaderMap,
    checked: bool,
    peer: Peer,
}

struct Inner {
    app: tokio::sync::Mutex<BuiltApp>,
    handle: AppHandle,
    document: Arc<Value>,
    contract: Contract,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl TestClient {
    /// Builds the app and runs its lifespans
    ///
    /// # Panics
    /// When the app cannot be built or started, with the reasons.
    pub async fn new(app: App) -> Self {
        match Self::try_new(app).await {
            Ok(client) => client,
            Err(error) => panic!("{error:?}"),
        }
    }

    /// As [`new`](Self::new), for tests of an app that must not start
    ///
    /// # Errors
    /// Why the app cannot be built or started.
    pub async fn try_new(app: App) -> Result<Self, crate::Error> {
        let mut app = app.build().map_err(crate::Error::cannot_start)?;
        app.start().await?;
        let handle = app.handle.clone();
        let document = Arc::clone(&app.document);
        let contract = Contract::new(Arc::clone(&document));
        let inner = Inner {
            app: tokio::sync::Mutex::new(app),
            handle,
            document,
            contract,
            cookies: Mutex::new(BTreeMap::new()),
        };
        Ok(Self { inner: Arc::new(inner), headers: HeaderMap::new(), checked: true, peer: Peer::default() })
    }

    /// A client of the same app that sends this header with every request; it shares the cookies
    ///
    /// # Panics
    /// When the name or the value cannot stand in a header.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        let name: HeaderName = name.parse().expect("a header's name");
        client.headers.insert(name, HeaderValue::from_str(value).expect("a header's value"));
        client
    }

    /// A client of the same app that sends `Authorization: Bearer …` with every request
    #[must_use]
    pub fn with_bearer(&self, token: &str) -> Self {
        self.with_header("authorization", &format!("Bearer {token}"))
    }

    /// A client of the same app whose requests come from this address; by default they come from nowhere
    #[must_use]
    pub fn with_peer(&self, address: std::net::SocketAddr) -> Self {
        Self { peer: Peer::pretend(address), ..self.clone() }
    }

    /// A client of the same app that does not hold the answers against the document
    #[must_use]
    pub fn unchecked(&self) -> Self {
        Self { checked: false, ..self.clone() }
    }

    /// The app's OpenAPI document
    pub fn openapi(&self) -> &Value {
        &self.inner.document
    }

    /// Asks with any method
    pub fn request(&self, method: Method, uri: &str) -> TestRequest {
        TestRequest::new(self.clone(), method, uri)
    }

    /// Asks with `GET`
    pub fn get(&self, uri: &str) -> TestRequest {
        self.request(Method::GET, uri)
    }

    /// Asks with `POST`
    pub fn post(&self, uri: &str) -> TestRequest {
        self.request(Method::POST, uri)
    }

    /// Asks with `PUT`
    pub fn put(&self, uri: &str) -> TestRequest {
        self.request(Method::PUT, uri)
    }

    /// Asks with `PATCH`
    pub fn patch(&self, uri: &str) -> TestRequest {
        self.request(Method::PATCH, uri)
    }

    /// Asks with `DELETE`
    pub fn delete(&self, uri: &str) -> TestRequest {
        self.request(Method::DELETE, uri)
    }

    /// Opens a WebSocket: `.await` connects, [`TestHandshake::refused`] wants the answer to a refusal
    pub fn websocket(&self, uri: &str) -> TestHandshake {
        TestHandshake::new(self.clone(), uri)
    }

    /// Waits until the background work of all requests so far has ended
    pub async fn background_done(&self) {
        self.inner.handle.shared.background.idle().await;
    }

    /// Waits for work that outlived its request, and runs what the lifespans registered for the end
    pub async fn shutdown(&self) {
        self.inner.app.lock().await.stop().await;
    }

    pub(super) async fn send(&self, method: Method, uri: Uri, headers: HeaderMap, body: Body) -> TestResponse {
        let request = self.written(method.clone(), uri.clone(), &headers, body);
        let (parts, body) = request.into_parts();
        let response = self.inner.handle.handle(&mut Head::of(parts), body, self.peer.clone()).await;
        let (parts, body) = response.into_parts();
        let bytes = match body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => panic!("the body of {method} {uri} broke off: {error}"),
        };
        self.inner.handle.shared.tasks.torn_down().await;
        self.keep_cookies(&parts.headers);
        let response = TestResponse::new(format!("{method} {uri}"), parts, bytes);
        if self.checked
            && let Some(endpoint) = self.inner.handle.endpoint(&method, &uri)
            && let Err(complaint) = self.inner.contract.check(&endpoint, &response)
        {
            panic!("{method} {uri} answered what its document does not say: {complaint}\n{response:?}");
        }
        response
    }

    /// A request with what the client adds to each
    pub(super) fn written(&self, method: Method, uri: Uri, headers: &HeaderMap, body: Body) -> Request<Body> {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers.clone();
        for name in headers.keys() {
            request.headers_mut().remove(name); // what the request says, goes before what its client says
        }
        for (name, value) in headers {
            request.headers_mut().append(name, value.clone());
        }
        if let Some(cookies) = self.cookie_header() {
            request.headers_mut().entry(COOKIE).or_insert(cookies);
        }
        request
    }

    pub(super) fn handle(&self) -> AppHandle {
        self.inner.handle.clone()
    }

    fn cookie_header(&self) -> Option<HeaderValue> {
        let cookies = self.inner.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { None } else { HeaderValue::from_str(&pairs.join("; ")).ok() }
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut cookies = self.inner.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for value in headers.get_all(SET_COOKIE) {
            let Some(cookie) = value.to_str().ok().and_then(|text| cookie::Cookie::parse(text).ok()) else { continue };
            if cookie.max_age().is_some_and(|age| age.is_zero()) {
                cookies.remove(cookie.name());
            } else {
                cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
    }
}

impl fmt::Debug for TestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestClient")
    }
}
