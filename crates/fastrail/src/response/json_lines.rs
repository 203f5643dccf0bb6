//! JSON Lines: one value a line, each sent when it is there.

use std::fmt;

use axum_core::response::Response;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};
use serde::Serialize;

use super::Reply;
use super::produce::{Emitter, produce};
use crate::error::Error;
use crate::openapi::{OperationDoc, ResponseDoc};
use crate::request::Body;
use crate::schema::{Rules, Schema};

/// `application/jsonl`: a stream of values, a line each
///
/// ```
/// use fastrail::prelude::*;
///
/// #[derive(Serialize, Schema)]
/// struct Item {
///     name: String,
/// }
///
/// #[get("/items/stream")]
/// async fn stream_items() -> JsonLines<Item> {
///     JsonLines::produce(|lines| async move {
///         for name in ["Plumbus", "Portal Gun"] {
///             lines.send(Item { name: name.to_owned() }).await;
///         }
///     })
/// }
/// ```
///
/// The stream is dropped when the client leaves. A value that cannot be serialized breaks the answer off, since its
/// status has been sent; the log says why. Compression leaves it alone.
pub struct JsonLines<T> {
    items: BoxStream<'static, T>,
}

impl<T: Send + 'static> JsonLines<T> {
    /// A stream's values
    pub fn new(items: impl Stream<Item = T> + Send + 'static) -> Self {
        Self { items: items.boxed() }
    }

    /// What an async block sends
    pub fn produce<F, Fut>(block: F) -> Self
    where
        F: FnOnce(Emitter<T>) -> Fut,
        Fut: Future<Output = ()> + Send + 'static,
    {
        Self::new(produce(block))
    }

    /// Values that are there already, or are made by an iterator
    pub fn of<I>(items: I) -> Self
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        Self::new(futures_util::stream::iter(items))
    }
}

impl<T: Schema + Serialize + Send + 'static> Reply for JsonLines<T> {
    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        let schema = T::schema(&Rules::NONE, doc.generator());
        doc.response(status, ResponseDoc::of_items("application/jsonl", schema));
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        let lines = self.items.map(|item| {
            let mut line = serde_json::to_vec(&item).inspect_err(broken_off)?;
            line.push(b'\n');
            Ok::<_, serde_json::Error>(Bytes::from(line))
        });
        Ok(stream(status, "application/jsonl", Body::from_stream(lines)))
    }
}

impl<T> fmt::Debug for JsonLines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JsonLines")
    }
}

/// An answer that is sent as it is made
pub(super) fn stream(status: StatusCode, media_type: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// Says why a stream ends in the middle
pub(super) fn broken_off(error: &serde_json::Error) {
    tracing::error!(%error, "a value of a stream cannot be serialized; the answer breaks off");
}
