//! The body as it comes in, piece by piece.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::Stream;
use http_body::Body as _;

use super::{Argument, ArgumentSpec, Kind, Reading};
use crate::error::{Error, Failure};
use crate::openapi::OperationDoc;
use crate::request::{Body, RequestContext, unreadable};
use crate::schema::JsonSchema;

/// The request's body, of any media type, read while the client sends it
///
/// ```
/// use fastrail::BodyStream;
/// use fastrail::prelude::*;
/// use futures_util::TryStreamExt;
///
/// #[post("/import")]
/// async fn import(body: BodyStream) -> Result<usize> {
///     let mut body = body.limit(10_000_000_000);
///     let mut bytes = 0;
///     while let Some(piece) = body.try_next().await? {
///         bytes += piece.len();
///     }
///     Ok(bytes)
/// }
/// ```
///
/// # Errors
/// Each piece may be 413 when the body is longer than its [`limit`](Self::limit), or 400 when the client breaks off;
/// 415 when the body is compressed, before the operation runs.
pub struct BodyStream {
    body: Body,
    limit: u64,
    taken: u64,
    declared: Option<u64>,
}

impl BodyStream {
    /// The longest body that is read, in bytes. Default: `max_body_bytes` of the app's [`Limits`](crate::Limits)
    #[must_use]
    pub fn limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// The length that the client declares, in bytes
    pub fn declared_length(&self) -> Option<u64> {
        self.declared
    }
}

impl Stream for BodyStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let limit = self.limit;
        let too_large = || {
            let detail = format!("The body may have at most {limit} bytes");
            Poll::Ready(Some(Err(Error::new(413, detail).with_code("body_too_large"))))
        };
        if self.declared.is_some_and(|declared| declared > limit) {
            return too_large();
        }
        loop {
            let frame = match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                None => return Poll::Ready(None),
                Some(Ok(frame)) => frame,
                Some(Err(error)) => {
                    return Poll::Ready(Some(Err(unreadable(&error))));
                }
            };
            let Ok(piece) = frame.into_data() else { continue }; // trailers
            self.taken = self.taken.saturating_add(piece.len() as u64);
            return if self.taken > limit { too_large() } else { Poll::Ready(Some(Ok(piece))) };
        }
    }
}

impl fmt::Debug for BodyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyStream").field("limit", &self.limit).field("taken", &self.taken).finish_non_exhaustive()
    }
}

/// How [`BodyStream`] becomes an argument
#[derive(Debug)]
pub struct BodyStreamKind;

impl Reading for BodyStreamKind {}

impl Argument for BodyStream {
    type Kind = BodyStreamKind;
}

impl<S: ArgumentSpec<Value = BodyStream>> Kind<S> for BodyStreamKind {
    type Input = ();

    fn describe(doc: &mut OperationDoc<'_>) {
        doc.raw_body("application/octet-stream", JsonSchema::of("string"), S::meta());
    }

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<BodyStream, Failure> {
        let declared = cx.body.announced(&cx.parts.headers).map_err(Failure::Error)?;
        let limit = cx.limits().max_body_bytes as u64;
        Ok(BodyStream { body: cx.body.take(), limit, taken: 0, declared })
    }
}
