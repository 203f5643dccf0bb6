//! An answer's body that is followed to its end.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::Observed;
use crate::middleware::Ending;
use crate::request::Body;

/// A body whose bytes are counted, and which runs inside its request's span
pub(super) struct ObservedBody {
    body: Body,
    observed: Box<Observed>,
}

impl ObservedBody {
    pub(super) fn new(body: Body, observed: Box<Observed>) -> Self {
        Self { body, observed }
    }
}

impl HttpBody for ObservedBody {
    type Data = Bytes;
    type Error = axum_core::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        let polled = this.observed.within(|| Pin::new(&mut this.body).poll_frame(cx));
        match &polled {
            Poll::Ready(Some(Ok(frame))) => this.observed.sent(frame.data_ref().map_or(0, Bytes::len)),
            Poll::Ready(Some(Err(_))) => this.observed.end(Ending::BrokeOff),
            Poll::Ready(None) => this.observed.end(Ending::Answered),
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for ObservedBody {
    /// A body whose length is known is not asked for its end once all of it is there
    fn drop(&mut self) {
        let body = std::mem::take(&mut self.body);
        let is_whole = body.is_end_stream();
        // What it still has to tidy up belongs to the request, too.
        self.observed.within(|| drop(body));
        if is_whole {
            self.observed.end(Ending::Answered);
        }
    }
}
