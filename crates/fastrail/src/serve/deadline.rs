//! The deadline of one operation.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::{HeaderValue, RETRY_AFTER};
use tokio::time::Sleep;

use super::live::Live;
use crate::error::Error;

pin_project_lite::pin_project! {
    /// A future that is dropped when its deadline has passed
    ///
    /// On HTTP/1 the watch tells: a timer for each request would cost more than most operations. HTTP/2, where many
    /// requests share a connection, and tests have a timer.
    pub(crate) struct Deadline<F> {
        #[pin]
        future: Option<F>,
        watched: Option<Arc<Live>>,
        timer: Option<Pin<Box<Sleep>>>,
    }
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

impl<F: Future> Deadline<F> {
    pub(crate) fn new(future: F, after: Option<Duration>, live: Option<Arc<Live>>) -> Self {
        let Some(after) = after else { return Self { future: Some(future), watched: None, timer: None } };
        match live {
            Some(live) => {
                live.set_due(after);
                Self { future: Some(future), watched: Some(live), timer: None }
            }
            None => {
                let timer = tokio::runtime::Handle::try_current().is_ok().then(|| Box::pin(tokio::time::sleep(after)));
                Self { future: Some(future), watched: None, timer }
            }
        }
    }
}

impl<F: Future> Future for Deadline<F> {
    type Output = Result<F::Output, Expired>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let Some(future) = this.future.as_mut().as_pin_mut() else { return Poll::Pending };
        if let Poll::Ready(output) = future.poll(cx) {
            if let Some(live) = this.watched {
                live.clear_due();
            }
            return Poll::Ready(Ok(output));
        }
        let is_over = match (&this.watched, this.timer) {
            (Some(live), _) => live.is_expired(),
            (None, Some(timer)) => timer.as_mut().poll(cx).is_ready(),
            (None, None) => false,
        };
        if !is_over {
            return Poll::Pending;
        }
        this.future.set(None);
        Poll::Ready(Err(Expired))
    }
}
