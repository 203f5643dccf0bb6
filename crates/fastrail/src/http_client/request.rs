//! A call: what it says, and its way through the circuit, the tries and the redirects.

use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use url::{Url, form_urlencoded};

use super::redirect::Hop;
use super::response::within;
use super::{HttpClient, HttpClientError, HttpResponse, retry};
use crate::observability::outgoing_headers;

/// The longest that a call may be told to take
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// A call that is made by [`send`](Self::send), [`json`](Self::json) or [`text`](Self::text)
///
/// ```
/// # use fastrail::prelude::*;
/// # use fastrail::http_client::HttpClientError;
/// # async fn pay(http: HttpClient, key: SecretString, order: Value) -> Result<Value, HttpClientError> {
/// let receipt: Value = http.post("https://pay.example/charges").bearer(&key).with_json(&order).json().await?;
/// # Ok(receipt)
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a call is made by `send`, `json` or `text`"]
pub struct HttpRequest {
    client: HttpClient,
    method: Method,
    url: Result<Url, HttpClientError>,
    headers: HeaderMap,
    body: Option<Bytes>,
    timeout: Duration,
    is_idempotent: bool,
    /// The first thing that was wrong
    wrong: Option<String>,
}

impl HttpRequest {
    pub(super) fn new(client: HttpClient, method: Method, url: &str) -> Self {
        let refused = |_| HttpClientError::Refused { host: String::new(), reason: "this is no URL" };
        Self {
            url: Url::parse(url).map_err(refused),
            headers: HeaderMap::new(),
            body: None,
            timeout: client.0.settings.timeout,
            is_idempotent: retry::is_idempotent(&method),
            wrong: None,
            client,
            method,
        }
    }

    /// Adds a parameter to the query, encoded
    pub fn query(mut self, name: &str, value: impl AsRef<str>) -> Self {
        if let Ok(url) = &mut self.url {
            url.query_pairs_mut().append_pair(name, value.as_ref());
        }
        self
    }

    /// Sets a header; it goes to the URL's own origin, not to where that redirects
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        match (name.as_ref().parse::<HeaderName>(), value.as_ref().parse::<HeaderValue>()) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            // The value may be a secret.
            _ => self.is_wrong(format!("`{}` is no header, or its value is none", name.as_ref())),
        }
        self
    }

    /// Shows a token: `Authorization: Bearer …`
    pub fn bearer(mut self, token: &SecretString) -> Self {
        match HeaderValue::try_from(format!("Bearer {}", token.expose_secret())) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.headers.insert(AUTHORIZATION, value);
            }
            Err(_) => self.is_wrong("a token that is no header's value".to_owned()),
        }
        self
    }

    /// Sends a value as JSON
    pub fn with_json(self, value: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => self.with_body("application/json", body),
            Err(error) => {
                let mut wrong = self;
                wrong.is_wrong(format!("a body that cannot be written as JSON: {error}"));
                wrong
            }
        }
    }

    /// Sends fields as a form (`application/x-www-form-urlencoded`)
    pub fn with_form<N: AsRef<str>, V: AsRef<str>>(self, fields: impl IntoIterator<Item = (N, V)>) -> Self {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.with_body("application/x-www-form-urlencoded", form)
    }

    /// Sends bytes of this media type
    pub fn with_body(mut self, media_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self.header(CONTENT_TYPE, media_type)
    }

    /// How long this call may take, with everything. Default: the client's
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Whether it may be made again when nobody knows what came of it. Default: by the method (RFC 9110 §9.2.2)
    ///
    /// A `POST` may with an `Idempotency-Key` that the server knows.
    pub fn idempotent(mut self, idempotent: bool) -> Self {
        self.is_idempotent = idempotent;
        self
    }

    /// Calls, and reads a success as JSON
    ///
    /// # Errors
    /// [`HttpClientError`], also for an answer that is no success.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, HttpClientError> {
        self.send().await?.success()?.json().await
    }

    /// Calls, and reads a success as text
    ///
    /// # Errors
    /// [`HttpClientError`], also for an answer that is no success.
    pub async fn text(self) -> Result<String, HttpClientError> {
        self.send().await?.success()?.text().await
    }

    /// Calls; any status is an answer
    ///
    /// # Errors
    /// [`HttpClientError`]: when nothing answers after all tries, too late, or it must not or need not be called.
    pub async fn send(self) -> Result<HttpResponse, HttpClientError> {
        if let Some(wrong) = self.wrong {
            return Err(HttpClientError::Invalid(wrong));
        }
        let deadline = Instant::now() + self.timeout.min(LONGEST);
        let mut headers = outgoing_headers();
        let client = self.client;
        let tries = if self.is_idempotent { client.0.settings.tries } else { 1 };
        // What the caller has set goes before our own.
        headers.extend(self.headers);
        let hop = Hop { method: self.method, url: self.url?, headers, body: self.body };
        let host = host_of(&hop.url);
        let mut tried = 0;
        loop {
            let pass = client.0.circuits.enter(&host)?;
            tried += 1;
            let outcome = client.follow(hop.clone(), deadline).await;
            let (again, asked) = match &outcome {
                Ok(response) => {
                    let status = response.status();
                    pass.end(retry::is_failure(status));
                    (retry::is_passing(status), retry::asked_for(response.headers()))
                }
                Err(error) if error.is_passing() => {
                    pass.end(true);
                    (true, None)
                }
                // It says nothing of the host.
                Err(_) => (false, None),
            };
            let pause = asked.unwrap_or_else(|| retry::pause(tried));
            if !again || tried >= tries || pause >= deadline.saturating_duration_since(Instant::now()) {
                return outcome;
            }
            drop(outcome);
            tracing::debug!(host, tried, ?pause, "a call is tried again");
            tokio::time::sleep(pause).await;
        }
    }

    fn is_wrong(&mut self, what: String) {
        self.wrong.get_or_insert(what);
    }
}

impl HttpClient {
    /// One try, with its redirects
    async fn follow(&self, mut hop: Hop, deadline: Instant) -> Result<HttpResponse, HttpClientError> {
        let settings = &self.0.settings;
        let mut redirects = settings.redirects;
        loop {
            let host = host_of(&hop.url);
            if let Err(forbidden) = settings.guard.check(&hop.url) {
                return Err(HttpClientError::Refused { host, reason: forbidden.0 });
            }
            let call = self.driver()?.request(hop.method.clone(), hop.url.clone()).headers(hop.headers.clone());
            let call = match &hop.body {
                Some(body) => call.body(body.clone()),
                None => call,
            };
            let response = within(deadline, &host, call.send()).await?;
            match hop.next(response.status(), response.headers()) {
                Some(next) if redirects > 0 => {
                    redirects -= 1;
                    hop = next;
                }
                _ => {
                    let max_bytes = settings.max_body.bytes();
                    return Ok(HttpResponse { response, host, deadline, max_bytes, read: 0 });
                }
            }
        }
    }
}

/// By what a circuit is known: the host, and the port where it is written
fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
