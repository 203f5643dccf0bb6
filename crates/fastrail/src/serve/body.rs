//! A request's body whose client must not stall.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The client sent less than the deadline asks for
#[derive(Debug)]
pub(crate) struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body came too slowly")
    }
}

impl std::error::Error for TooSlow {}

pin_project_lite::pin_project! {
    /// Fails when fewer bytes than wanted come while somebody waits for them
    pub(crate) struct TimedBody {
        #[pin]
        inner: Incoming,
        // Only a body that is waited for has a timer.
        timer: Option<Pin<Box<Sleep>>>,
        interval: Duration,
        wanted: u64,
        received: u64,
        // Whether the time since the last call was spent on waiting for the client, not on the operation's work.
        waiting: bool,
    }
}

impl TimedBody {
    pub(crate) fn new(inner: Incoming, interval: Duration, wanted: u64) -> Self {
        Self { inner, timer: None, interval, wanted, received: 0, waiting: false }
    }
}

impl Body for TimedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.project();
        let waited = std::mem::replace(this.waiting, false);
        if let Poll::Ready(frame) = this.inner.poll_frame(cx) {
            if let Some(Ok(frame)) = &frame {
                *this.received += frame.data_ref().map_or(0, |data| data.len() as u64);
                if *this.received >= *this.wanted {
                    *this.timer = None;
                }
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)));
        }
        let timer = match this.timer {
            Some(timer) => timer,
            None => {
                *this.received = 0;
                this.timer.insert(Box::pin(tokio::time::sleep(*this.interval)))
            }
        };
        *this.waiting = true;
        while timer.as_mut().poll(cx).is_ready() {
            if waited && *this.received < *this.wanted {
                return Poll::Ready(Some(Err(TooSlow.into())));
            }
            *this.received = 0;
            timer.as_mut().reset(Instant::now() + *this.interval);
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
