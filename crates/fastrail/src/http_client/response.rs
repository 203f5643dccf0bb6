//! An answer, read within its time and its size.

use std::future::Future;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::HttpClientError;

/// What a server has answered; its body is read by one of the methods that take it
#[derive(Debug)]
#[must_use]
pub struct HttpResponse {
    pub(super) response: reqwest::Response,
    pub(super) host: String,
    pub(super) deadline: Instant,
    pub(super) max_bytes: u64,
    pub(super) read: u64,
}

impl HttpResponse {
    /// Its status
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Its headers
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Who has answered, after redirects
    pub fn url(&self) -> &Url {
        self.response.url()
    }

    /// The answer itself, when it is a success (2xx)
    ///
    /// # Errors
    /// [`HttpClientError::Status`]: 502 where it leaves an operation.
    pub fn success(self) -> Result<Self, HttpClientError> {
        let status = self.status();
        if status.is_success() { Ok(self) } else { Err(HttpClientError::Status { host: self.host, status }) }
    }

    /// The next piece of the body; `None` at its end
    ///
    /// # Errors
    /// When it breaks off (502), takes longer than the call may (504), or all pieces are larger than an answer may be (502).
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, HttpClientError> {
        // What is announced and too large is not even begun.
        self.fits(self.response.content_length().unwrap_or_default())?;
        let chunk = within(self.deadline, &self.host, self.response.chunk()).await?;
        let length = chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
        self.fits(length)?;
        self.read += length;
        Ok(chunk)
    }

    fn fits(&self, more: u64) -> Result<(), HttpClientError> {
        if self.read.saturating_add(more) <= self.max_bytes {
            return Ok(());
        }
        Err(HttpClientError::TooLarge { host: self.host.clone(), max_bytes: self.max_bytes })
    }

    /// The whole body
    ///
    /// # Errors
    /// As [`Self::chunk`].
    pub async fn bytes(mut self) -> Result<Bytes, HttpClientError> {
        let Some(first) = self.chunk().await? else { return Ok(Bytes::new()) };
        let Some(second) = self.chunk().await? else { return Ok(first) };
        let mut all = BytesMut::from(first);
        all.extend_from_slice(&second);
        while let Some(next) = self.chunk().await? {
            all.extend_from_slice(&next);
        }
        Ok(all.freeze())
    }

    /// The whole body as text, which must be UTF-8
    ///
    /// # Errors
    /// As [`Self::chunk`]; [`HttpClientError::Malformed`] (502) for another encoding.
    pub async fn text(self) -> Result<String, HttpClientError> {
        let host = self.host.clone();
        let bytes = self.bytes().await?;
        String::from_utf8(bytes.into()).map_err(|error| malformed(host, &error.utf8_error()))
    }

    /// The whole body as JSON
    ///
    /// # Errors
    /// As [`Self::chunk`]; [`HttpClientError::Malformed`] (502) where it does not fit the type, with the place.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, HttpClientError> {
        let host = self.host.clone();
        let bytes = self.bytes().await?;
        serde_json::from_slice(&bytes).map_err(|error| malformed(host, &error))
    }
}

fn malformed(host: String, cause: &dyn std::fmt::Display) -> HttpClientError {
    HttpClientError::Malformed { host, cause: cause.to_string() }
}

/// What comes within a time
pub(super) async fn within<T>(
    deadline: Instant,
    host: &str,
    call: impl Future<Output = Result<T, reqwest::Error>>,
) -> Result<T, HttpClientError> {
    match timeout_at(deadline, call).await {
        Ok(answer) => answer.map_err(|error| HttpClientError::of(host, &error)),
        Err(_) => Err(HttpClientError::TimedOut { host: host.to_owned() }),
    }
}
