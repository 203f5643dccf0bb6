//! An operation's future: an unsafe one runs to its end when its client leaves.
//!
//! hyper drops the future of a request whose client has gone. A `POST` that is dropped between its work and its commit
//! leaves things half-done, so the future is handed to the runtime instead, tracked for the drain. A spawned task for
//! every request would cost about 4,400 instructions; this costs none until it is needed.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum_core::response::Response;
use futures_util::future::BoxFuture;

use super::AfterResponse;
use crate::app::Tasks;
use crate::observability::Origin;

/// The future of an operation
pub(crate) struct DetachOnDrop {
    future: Option<BoxFuture<'static, Response>>,
    /// Where it goes on; `None`: it ends with its request
    tasks: Option<Tasks>,
}

impl DetachOnDrop {
    pub(crate) fn new(future: BoxFuture<'static, Response>, tasks: Option<Tasks>) -> Self {
        Self { future: Some(future), tasks }
    }
}

impl Future for DetachOnDrop {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let Some(future) = self.future.as_mut() else { return Poll::Pending };
        let poll = future.as_mut().poll(cx);
        if poll.is_ready() {
            self.future = None;
        }
        poll
    }
}

impl Drop for DetachOnDrop {
    fn drop(&mut self) {
        if let (Some(future), Some(tasks)) = (self.future.take(), &self.tasks)
            && !std::thread::panicking()
        {
            let rest = async move { AfterResponse::abandon(future.await) };
            tasks.spawn_if_running(Origin::carry_on(rest));
        }
    }
}
