//! Models as JSON.

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

/// Room for a typical answer, so that serializing it does not grow the buffer
const USUAL_BYTES: usize = 256;

impl<T: Schema + Serialize> Reply for T {
    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        let schema = T::schema(&Rules::NONE, doc.generator());
        doc.response(status, ResponseDoc::of("application/json", schema));
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        let mut buffer = Vec::with_capacity(USUAL_BYTES);
        serde_json::to_writer(&mut buffer, &self).map_err(Error::internal)?;
        Ok(respond(status, HeaderValue::from_static("application/json"), Bytes::from(buffer)))
    }
}

/// An answer with a body of a media type
pub(super) fn respond(status: StatusCode, media_type: HeaderValue, body: Bytes) -> Response {
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(CONTENT_TYPE, media_type);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// A JSON value as an answer under a media type of its own, for error formats
pub fn json_response(status: StatusCode, media_type: &'static str, value: &serde_json::Value) -> Response {
    respond(status, HeaderValue::from_static(media_type), Bytes::from(value.to_string()))
}
