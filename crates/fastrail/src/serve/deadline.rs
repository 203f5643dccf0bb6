//! The deadline of one operation.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::{HeaderValue, RETRY_AFTER};
use tokio::time::Sleep;

use super::live::Live;
use crate::error::Error;

/// A future that is dropped when its deadline has passed
///
/// On HTTP/1 the watch tells: a timer for each request would cost more than most operations. HTTP/2, where many
/// requests share a connection, and tests have a timer.
pub(crate) struct Deadline<F> {
    future: Option<F>,
    timer: Option<Pin<Box<Sleep>>>,
    is_watched: bool,
}

/// The operation was not done in time
#[derive(Debug)]
pub(crate) struct Expired;

impl Expired {
    /// 503: the server's fault, and it may be better later (504 is for gateways, 408 for slow clients)
    pub(crate) fn error(&self) -> Error {
        Error::new(503, "The operation took too long; if it changes something, it may still be carried out")
            .with_code("request_timeout")
            .with_header(RETRY_AFTER, HeaderValue::from_static("1"))
            .with_log_detail("the operation took longer than its timeout")
    }
}

impl<F: Future + Unpin> Deadline<F> {
    /// `watched`: the connection, where the watch looks after it
    #[inline(always)]
    pub(crate) fn new(future: F, after: Option<Duration>, watched: Option<&Live>) -> Self {
        let mut deadline = Self { future: Some(future), timer: None, is_watched: false };
        match (after, watched) {
            (Some(after), Some(live)) => {
                live.set_due(after);
                deadline.is_watched = true;
            }
            (Some(after), None) if tokio::runtime::Handle::try_current().is_ok() => {
                deadline.timer = Some(Box::pin(tokio::time::sleep(after)));
            }
            _ => {}
        }
        deadline
    }

    /// Goes on; `watched`: as before
    #[inline(always)]
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>, watched: Option<&Live>) -> Poll<Result<F::Output, Expired>> {
        let Some(future) = &mut self.future else { return Poll::Pending };
        let watched = watched.filter(|_| self.is_watched);
        if let Poll::Ready(output) = Pin::new(future).poll(cx) {
            if let Some(live) = watched {
                live.clear_due();
            }
            return Poll::Ready(Ok(output));
        }
        let is_over = match (watched, &mut self.timer) {
            (Some(live), _) => live.is_expired(),
            (None, Some(timer)) => timer.as_mut().poll(cx).is_ready(),
            (None, None) => false,
        };
        if !is_over {
            return Poll::Pending;
        }
        self.future = None;
        Poll::Ready(Err(Expired))
    }
}
