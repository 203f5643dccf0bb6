//! Answers of operations: found before the fn runs, kept after it.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use axum_core::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::header::{AGE, CACHE_CONTROL, ETAG, HOST, IF_NONE_MATCH, SET_COOKIE, VARY};
use http::{HeaderName, HeaderValue, StatusCode};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::flights::Flight;
use super::{Cache, CacheEntry};
use crate::error::{Error, Failure};
use crate::request::{Body, RequestContext};
use crate::response::names_etag;

/// A longer answer is not kept
const MAX_BODY_BYTES: u64 = 1 << 20;

/// What is to become of the answer of an operation that is about to run
#[derive(Debug)]
pub struct Keep(Option<Box<Keeping>>);

#[derive(Debug)]
struct Keeping {
    cache: Cache,
    key: String,
    max_age: Duration,
    versions: Option<Arc<[Uuid]>>,
    /// Others wait until it is dropped
    _flight: Option<Flight>,
}

impl RequestContext {
    /// The answer that is kept for a request like this one, or what is to keep it
    pub async fn cached(&mut self) -> ControlFlow<Response, Keep> {
        let Some(policy) = self.endpoint.meta.cache else { return ControlFlow::Continue(Keep(None)) };
        let cache = self.app.cache().tagged(policy.tags.iter().copied());
        let key = self.response_key();
        let (looked, flight) = cache.look_or_fly(&key).await;
        match looked.found {
            Some(found) => ControlFlow::Break(self.answer_kept(found.entry, Some(found.age))),
            None => ControlFlow::Continue(Keep(Some(Box::new(Keeping {
                cache,
                key,
                max_age: policy.max_age,
                versions: looked.versions,
                _flight: flight,
            })))),
        }
    }

    /// A digest of all that the answer may hang on
    fn response_key(&self) -> String {
        let (uri, headers) = (&self.parts.uri, &self.parts.headers);
        let mut digest = Sha256::new();
        // Each part is preceded by its length, so that no two requests are one text.
        let mut part = |bytes: &[u8]| {
            digest.update((bytes.len() as u64).to_le_bytes());
            digest.update(bytes);
        };
        part(self.endpoint.path.as_bytes());
        part(uri.scheme_str().unwrap_or_default().as_bytes());
        part(uri.authority().map_or("", |authority| authority.as_str()).as_bytes());
        part(headers.get(HOST).map_or(b"".as_slice(), HeaderValue::as_bytes));
        part(uri.path().as_bytes());
        part(uri.query().unwrap_or_default().as_bytes());
        for name in &self.endpoint.vary {
            for value in headers.get_all(name) {
                part(value.as_bytes());
            }
            part(b"");
        }
        format!("response:{}", URL_SAFE_NO_PAD.encode(&digest.finalize()[..24]))
    }

    /// The answer of an entry: 304 for a client that has it
    fn answer_kept(&self, entry: CacheEntry, age: Option<Duration>) -> Response {
        let tag = entry.headers.iter().find(|(name, _)| *name == ETAG).map(|(_, tag)| tag);
        let tag = tag.and_then(|tag| tag.to_str().ok()).and_then(|tag| tag.strip_prefix("W/"));
        let has_it = tag.is_some_and(|tag| names_etag(&self.parts.headers, &IF_NONE_MATCH, tag, true));
        let mut response = Response::new(if has_it { Body::empty() } else { Body::from(entry.body) });
        if has_it {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let of_304 = [CACHE_CONTROL, ETAG, VARY]; // RFC 9110 §15.4.5
        let headers = entry.headers.iter().filter(|(name, _)| !has_it || of_304.contains(name));
        for (name, value) in headers {
            response.headers_mut().append(name.clone(), value.clone());
        }
        if let Some(age) = age {
            response.headers_mut().insert(AGE, HeaderValue::from(age.as_secs()));
        }
        response
    }
}

impl Keep {
    /// Keeps the answer where it can be kept, and answers it
    ///
    /// # Errors
    /// When the body cannot be read: 500.
    pub async fn keep(self, cx: &mut RequestContext, response: Response) -> Result<Response, Failure> {
        let Some(keeping) = self.0 else { return Ok(response) };
        let has_cookie = cx.response_parts.as_ref().is_some_and(crate::ResponseParts::changes_answer);
        if has_cookie || !can_be_kept(&response) {
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| Failure::Error(Error::internal(error)))?.to_bytes();
        let mut headers: Vec<(HeaderName, HeaderValue)> =
            parts.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        headers.push((ETAG, etag(&body)));
        headers.push((CACHE_CONTROL, cache_control(keeping.max_age)));
        headers.extend(vary(&cx.endpoint.vary));
        let versions = keeping.versions.clone().unwrap_or_default();
        let entry = CacheEntry { body, headers: headers.into(), versions };
        if keeping.versions.is_some() {
            keeping.cache.keep(&keeping.key, entry.clone(), keeping.max_age).await;
        }
        Ok(cx.answer_kept(entry, None))
    }
}

/// A whole 200 that says nothing else of its keeping and is nobody's own
fn can_be_kept(response: &Response) -> bool {
    let is_short = response.body().size_hint().exact().is_some_and(|length| length <= MAX_BODY_BYTES);
    let names = [SET_COOKIE, CACHE_CONTROL, ETAG];
    let is_plain = !names.iter().any(|name| response.headers().contains_key(name));
    response.status() == StatusCode::OK && is_short && is_plain && response.extensions().is_empty()
}

/// Weak, since the body may be compressed on its way
fn etag(body: &Bytes) -> HeaderValue {
    let tag = URL_SAFE_NO_PAD.encode(&Sha256::digest(body)[..16]);
    HeaderValue::try_from(format!("W/\"{tag}\"")).unwrap_or(HeaderValue::from_static("W/\"\""))
}

fn cache_control(max_age: Duration) -> HeaderValue {
    HeaderValue::try_from(format!("public, max-age={}", max_age.as_secs()))
        .unwrap_or(HeaderValue::from_static("public"))
}

fn vary(names: &[HeaderName]) -> Option<(HeaderName, HeaderValue)> {
    let names: Vec<&str> = names.iter().map(HeaderName::as_str).collect();
    if names.is_empty() { None } else { Some((VARY, HeaderValue::try_from(names.join(", ")).ok()?)) }
}
