//! Load shedding: so many requests at once, and the rest is told to come again.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use http::header::RETRY_AFTER;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Middleware, Next, Pipeline};
use crate::error::Error;
use crate::openapi::OperationDoc;
use crate::request::Body;

/// Lets so many requests be answered at once; the others are turned away at once, which costs next to nothing
///
/// A server that is asked for more than it can do and lets everybody wait answers everybody too late: what it does is
/// thrown away by clients that have given up. One that turns the excess away goes on doing what it can.
///
/// ```
/// use fastrail::prelude::*;
///
/// #[get("/report")]
/// async fn report() -> &'static str {
///     "long work"
/// }
///
/// #[get("/health/live")]
/// async fn live() {}
///
/// let reports = Router::new("/reports").middleware(ConcurrencyLimit::new(64)).include(routes![report]);
/// let app = App::new("Shop", "1.0.0").include(reports).include(routes![live]);
/// ```
///
/// Around a router, never the app, so that probes are answered. A request counts until its answer has been sent. As
/// a size: what the scarcest thing behind it bears, such as the connections of a pool, and some that wait for them.
///
/// # Errors
/// 503 `overloaded` with `Retry-After`, by default 1 s.
#[derive(Clone, Copy, Debug)]
pub struct ConcurrencyLimit {
    max: usize,
    retry_after: Duration,
}

impl ConcurrencyLimit {
    /// At most so many at once, and at least one
    pub fn new(max: usize) -> Self {
        Self { max: max.clamp(1, Semaphore::MAX_PERMITS), retry_after: Duration::from_secs(1) }
    }

    /// What those who are turned away are told to wait; whole seconds, rounded up
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = wait;
        self
    }
}

impl Middleware for ConcurrencyLimit {
    fn install(self, pipeline: &mut Pipeline) {
        pipeline.needs(|doc: &mut OperationDoc<'_>| doc.overload());
        let permits = Arc::new(Semaphore::new(self.max));
        let wait = HeaderValue::from(self.retry_after.as_secs() + u64::from(self.retry_after.subsec_nanos() > 0));
        pipeline.around(move |request: http::Request<Body>, next: Next| {
            let permit = Arc::clone(&permits).try_acquire_owned();
            let wait = wait.clone();
            async move {
                let permit = permit.map_err(|_| {
                    let error = Error::new(503, "Too many requests are being answered; try again later");
                    error.with_code("overloaded").with_header(RETRY_AFTER, wait)
                })?;
                let response = next.run(request).await;
                Ok::<_, Error>(response.map(|body| Body::new(Held { body, permit: Some(permit) })))
            }
        });
    }
}

/// A body that counts until it has been sent
struct Held {
    body: Body,
    permit: Option<OwnedSemaphorePermit>,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum_core::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) || self.body.is_end_stream() {
            self.permit = None;
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
