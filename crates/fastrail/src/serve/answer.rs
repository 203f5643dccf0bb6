//! An answer on its way out: the request counts as running until its last byte is with hyper.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::live::Exchange;
use crate::request::Body;

/// An answer whose request is over when it is dropped
pub(crate) type Answer = http::Response<Tracked>;

/// The body of an answer, with the request that it answers
#[derive(Debug)]
pub(crate) struct Tracked {
    body: Body,
    _exchange: Exchange,
}

impl Tracked {
    pub(crate) fn new(body: Body, exchange: Exchange) -> Self {
        Self { body, _exchange: exchange }
    }
}

impl http_body::Body for Tracked {
    type Data = Bytes;
    type Error = axum_core::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum_core::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
