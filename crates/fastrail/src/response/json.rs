//! Models as JSON, and what every answer with a body in memory is made of.
//!
//! Nothing of an answer but its bytes and its body is allocated: JSON is written into a buffer of the thread, and the
//! header map of a request that has ended becomes an answer's.

use std::cell::Cell;

use axum_core::response::Response;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::Reply;
use crate::error::Error;
use crate::openapi::{OperationDoc, ResponseDoc};
use crate::request::Body;
use crate::schema::{Rules, Schema};

/// The longest JSON that is copied out of the thread's buffer, in bytes; a longer one takes the buffer with it
const MAX_COPIED: usize = 4096;

/// The largest header map that is kept, in headers
const MAX_KEPT: usize = 32;

thread_local! {
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static HEADERS: Cell<Option<HeaderMap>> = const { Cell::new(None) };
}

impl<T: Schema + Serialize> Reply for T {
    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        let schema = T::schema(&Rules::NONE, doc.generator());
        doc.response(status, ResponseDoc::of("application/json", schema));
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        let body = to_json(&self).map_err(Error::internal)?;
        Ok(respond(status, HeaderValue::from_static("application/json"), body))
    }
}

/// A value as JSON
fn to_json(value: &(impl Serialize + ?Sized)) -> serde_json::Result<Bytes> {
    let mut buffer = BUFFER.take();
    buffer.clear();
    buffer.reserve(1024);
    serde_json::to_writer(&mut buffer, value)?;
    if buffer.len() > MAX_COPIED {
        return Ok(Bytes::from(buffer));
    }
    let json = Bytes::copy_from_slice(&buffer);
    BUFFER.set(buffer);
    Ok(json)
}

/// An answer with a body of a media type
pub(super) fn respond(status: StatusCode, media_type: HeaderValue, body: Bytes) -> Response {
    // Room for what the framework adds.
    let mut headers = HEADERS.take().unwrap_or_else(|| HeaderMap::with_capacity(8));
    headers.insert(CONTENT_TYPE, media_type);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    // A map without room holds nothing, and dropping it is not free.
    std::mem::forget(std::mem::replace(response.headers_mut(), headers));
    response
}

/// Keeps the header map of a request that has ended for the next answer
pub(crate) fn keep_headers(headers: &mut HeaderMap) {
    if (1..=MAX_KEPT).contains(&headers.capacity()) {
        headers.clear();
        HEADERS.set(Some(std::mem::take(headers)));
    }
}

/// A value as JSON under a media type of its own, for error formats
///
/// One that cannot be serialized, such as a map whose keys are no text, is answered with 500 and no body, and logged.
pub fn json_response(status: StatusCode, media_type: &'static str, value: &(impl Serialize + ?Sized)) -> Response {
    match to_json(value) {
        Ok(body) => respond(status, HeaderValue::from_static(media_type), body),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be serialized");
            respond(StatusCode::INTERNAL_SERVER_ERROR, HeaderValue::from_static(media_type), Bytes::new())
        }
    }
}
