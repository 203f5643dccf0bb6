//! Text, HTML and nothing.

use std::any::Any;

use axum_core::response::Response;
use bytes::Bytes;
use http::StatusCode;
use http::header::HeaderValue;

use super::Reply;
use super::json::respond;
use crate::error::Error;
use crate::openapi::{OperationDoc, ResponseDoc};
use crate::request::Body;
use crate::schema::JsonSchema;

/// `text/plain; charset=utf-8`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainText<T = String>(pub T);

/// `text/html; charset=utf-8`. What users wrote must be escaped before it is put in here
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Html<T = String>(pub T);

/// 204 without a body; the same as `()`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoContent;

/// The bytes of a text, without a copy where it is part of the program
fn bytes_of<T: Into<String> + 'static>(text: T) -> Bytes {
    match (&text as &dyn Any).downcast_ref::<&'static str>() {
        Some(text) => Bytes::from_static(text.as_bytes()),
        None => Bytes::from(text.into()),
    }
}

impl<T: Into<String> + 'static> Reply for PlainText<T> {
    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        doc.response(status, ResponseDoc::of("text/plain", JsonSchema::of("string")));
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        Ok(respond(status, HeaderValue::from_static("text/plain; charset=utf-8"), bytes_of(self.0)))
    }
}

impl<T: Into<String> + 'static> Reply for Html<T> {
    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        doc.response(status, ResponseDoc::of("text/html", JsonSchema::of("string")));
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        Ok(respond(status, HeaderValue::from_static("text/html; charset=utf-8"), bytes_of(self.0)))
    }
}

impl Reply for NoContent {
    const STATUS: StatusCode = StatusCode::NO_CONTENT;

    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        doc.response(status, ResponseDoc::empty());
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        Ok(response)
    }
}

impl Reply for () {
    const STATUS: StatusCode = StatusCode::NO_CONTENT;

    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        NoContent::describe(doc, status);
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        NoContent.into_reply(status)
    }
}

/// A response that the operation has built itself; it keeps its own status
impl Reply for Response {
    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        super::describe_raw(doc, Some(status));
    }

    fn into_reply(self, _: StatusCode) -> Result<Response, Error> {
        Ok(self)
    }
}
