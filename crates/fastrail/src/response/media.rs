//! Bodies under a media type of one's own, which the document names.

use std::fmt;
use std::marker::PhantomData;

use axum_core::response::Response;
use bytes::Bytes;
use http::StatusCode;
use http::header::HeaderValue;
use serde::Serialize;

use super::Reply;
use super::json::respond;
use crate::error::Error;
use crate::openapi::{OperationDoc, ResponseDoc};
use crate::schema::{JsonSchema, Rules, Schema};

/// A media type that replies name: a type of your own, with nothing in it
///
/// ```
/// use fastrail::response::{Content, MediaType};
/// use fastrail::prelude::*;
///
/// struct Xml;
///
/// impl MediaType for Xml {
///     const NAME: &'static str = "application/xml";
/// }
///
/// #[get("/legacy")]
/// async fn legacy() -> Content<Xml> {
///     Content::new("<shampoo/>")
/// }
/// ```
pub trait MediaType: Send + 'static {
    /// As it stands in `Content-Type`: `text/csv; charset=utf-8`. The document names it without parameters
    const NAME: &'static str;
}

/// `application/octet-stream`
#[derive(Clone, Copy, Debug)]
pub struct OctetStream;

impl MediaType for OctetStream {
    const NAME: &'static str = "application/octet-stream";
}

/// The part of a media type before its parameters
pub(super) fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// Bytes or text of a media type
pub struct Content<M> {
    body: Bytes,
    media_type: PhantomData<fn() -> M>,
}

impl<M: MediaType> Content<M> {
    /// What is answered as it is
    pub fn new(body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), media_type: PhantomData }
    }
}

impl<M> fmt::Debug for Content<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({} bytes)", self.body.len())
    }
}

impl<M: MediaType> Reply for Content<M> {
    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        doc.response(status, ResponseDoc::of(essence(M::NAME), JsonSchema::of("string")));
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        Ok(respond(status, HeaderValue::from_static(M::NAME), self.body))
    }
}

/// Bytes as they are: `application/octet-stream`
impl Reply for Bytes {
    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        Content::<OctetStream>::describe(doc, status);
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        Content::<OctetStream>::new(self).into_reply(status)
    }
}

/// A model as JSON under another media type than `application/json`
///
/// ```
/// use fastrail::response::{JsonAs, MediaType};
/// use fastrail::prelude::*;
///
/// struct Geo;
///
/// impl MediaType for Geo {
///     const NAME: &'static str = "application/geo+json";
/// }
///
/// #[get("/point")]
/// async fn point() -> JsonAs<Geo, Vec<f64>> {
///     JsonAs::new(vec![8.5, 47.4])
/// }
/// ```
pub struct JsonAs<M, T> {
    value: T,
    media_type: PhantomData<fn() -> M>,
}

impl<M: MediaType, T: Schema + Serialize> JsonAs<M, T> {
    /// The model
    pub fn new(value: T) -> Self {
        Self { value, media_type: PhantomData }
    }
}

impl<M, T: fmt::Debug> fmt::Debug for JsonAs<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JsonAs").field(&self.value).finish()
    }
}

impl<M: MediaType, T: Schema + Serialize> Reply for JsonAs<M, T> {
    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        let schema = T::schema(&Rules::NONE, doc.generator());
        doc.response(status, ResponseDoc::of(essence(M::NAME), schema));
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        let body = serde_json::to_vec(&self.value).map_err(Error::internal)?;
        Ok(respond(status, HeaderValue::from_static(M::NAME), Bytes::from(body)))
    }
}
