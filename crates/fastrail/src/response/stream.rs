//! Answers that are made while they are sent.

use std::fmt;
use std::marker::PhantomData;

use axum_core::response::Response;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};

use super::Reply;
use super::media::{MediaType, essence};
use crate::error::Error;
use crate::openapi::{OperationDoc, ResponseDoc};
use crate::request::Body;
use crate::schema::JsonSchema;

/// No media type: neither in the answer nor in the document
#[derive(Clone, Copy, Debug)]
pub struct Unnamed;

/// A stream of bytes or text, sent piece by piece as the client takes it
///
/// With a [`MediaType`] as parameter the document names it: `StreamingResponse<Png>`. When the client leaves, the
/// stream is dropped. A stream that fails breaks the answer off, so that nobody takes a part for the whole; the reason
/// is logged.
///
/// ```
/// use fastrail::StreamingResponse;
/// use fastrail::prelude::*;
/// use futures_util::stream;
///
/// #[get("/story")]
/// async fn story() -> StreamingResponse {
///     StreamingResponse::new(stream::iter(["Once ", "upon ", "a time"]))
/// }
/// ```
pub struct StreamingResponse<M = Unnamed> {
    body: Body,
    media_type: Option<String>,
    media: PhantomData<fn() -> M>,
}

impl<M> StreamingResponse<M> {
    /// A stream that cannot fail
    pub fn new<S>(stream: S) -> Self
    where
        S: Stream + Send + 'static,
        S::Item: Into<Bytes>,
    {
        Self::from_body(Body::from_stream(stream.map(|piece| Ok::<Bytes, std::convert::Infallible>(piece.into()))))
    }

    /// A stream that may fail
    pub fn try_new<S, T, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<T, E>> + Send + 'static,
        T: Into<Bytes> + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
    {
        let stream = stream.map_ok(Into::into).map_err(|error| {
            let error = error.into();
            tracing::warn!(%error, "a streamed answer broke off");
            error
        });
        Self::from_body(Body::from_stream(stream))
    }

    fn from_body(body: Body) -> Self {
        Self { body, media_type: None, media: PhantomData }
    }

    /// Sets `Content-Type`, where the type's parameter does not
    #[must_use]
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    fn respond(self, status: StatusCode, named: Option<&'static str>) -> Result<Response, Error> {
        let mut response = Response::new(self.body);
        *response.status_mut() = status;
        let media_type = match (self.media_type, named) {
            (Some(own), _) => Some(HeaderValue::try_from(own).map_err(Error::internal)?),
            (None, Some(named)) => Some(HeaderValue::from_static(named)),
            (None, None) => None,
        };
        if let Some(media_type) = media_type {
            response.headers_mut().insert(CONTENT_TYPE, media_type);
        }
        Ok(response)
    }
}

impl<M> fmt::Debug for StreamingResponse<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreamingResponse")
    }
}

impl Reply for StreamingResponse<Unnamed> {
    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        doc.response(status, ResponseDoc::empty());
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        self.respond(status, None)
    }
}

impl<M: MediaType> Reply for StreamingResponse<M> {
    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        doc.response(status, ResponseDoc::of(essence(M::NAME), JsonSchema::of("string")));
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        self.respond(status, Some(M::NAME))
    }
}
