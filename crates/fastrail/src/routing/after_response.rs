//! Teardowns that run once the answer has been sent, or its client has gone.
//!
//! They travel with the answer, in its extensions, through every layer; `app/handle.rs` then ties them to the body that
//! really leaves. They run in a task of their own, so they never hold the answer up, and the drain waits for them.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum_core::response::Response;
use bytes::Bytes;
use http::StatusCode;
use http_body::{Body as HttpBody, Frame, SizeHint};

use crate::app::Tasks;
use crate::dependency::{Outcome, Teardown, run_late};
use crate::observability::Origin;
use crate::request::Body;

/// The teardowns of an answer on its way out; those of a mounted app go before those of what stands before it
#[derive(Clone)]
pub(crate) struct AfterResponse(Arc<Mutex<Vec<Work>>>);

/// Teardowns that run when this is dropped
struct Work {
    teardowns: Vec<Teardown>,
    outcome: Outcome,
    tasks: Tasks,
    origin: Option<Origin>,
}

impl AfterResponse {
    /// Puts teardowns into an answer
    pub(crate) fn attach(response: &mut Response, teardowns: Vec<Teardown>, outcome: Outcome, tasks: Tasks) {
        let work = Work { teardowns, outcome, tasks, origin: Origin::current() };
        match response.extensions().get::<Self>() {
            Some(others) => others.0.lock().unwrap_or_else(PoisonError::into_inner).push(work),
            None => {
                response.extensions_mut().insert(Self(Arc::new(Mutex::new(vec![work]))));
            }
        }
    }

    /// Ties an answer's teardowns to its body; `is_head`: the content is left out, so that there is none to send
    pub(crate) fn follow(response: &mut Response, is_head: bool) {
        let work = Self::detach(response);
        if !work.is_empty() {
            let body = std::mem::take(response.body_mut());
            *response.body_mut() = Body::new(Watched { body, work, is_head });
        }
    }

    /// Runs the teardowns of an answer whose client has gone
    pub(crate) fn abandon(mut response: Response) {
        end(Self::detach(&mut response), Outcome::Cancelled);
    }

    fn detach(response: &mut Response) -> Vec<Work> {
        let Some(after) = response.extensions_mut().remove::<Self>() else { return Vec::new() };
        std::mem::take(&mut *after.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Runs them because of something else than the answer's own end
fn end(work: Vec<Work>, outcome: Outcome) {
    for mut work in work {
        work.outcome = outcome;
        drop(work);
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let (teardowns, outcome) = (std::mem::take(&mut self.teardowns), self.outcome);
        let late = run_late(teardowns, outcome);
        match self.origin.take() {
            None => self.tasks.spawn_after_response(late),
            Some(origin) => {
                let (request_id, trace_id) = (origin.id.as_str(), origin.trace_id());
                let span =
                    tracing::error_span!(target: "fastrail::request", parent: None, "teardown", request_id, trace_id);
                self.tasks.spawn_after_response(origin.carry(span, late));
            }
        }
    }
}

/// A body that runs teardowns at its end
struct Watched {
    body: Body,
    work: Vec<Work>,
    is_head: bool,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum_core::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        match &polled {
            Poll::Ready(None) => self.work = Vec::new(),
            Poll::Ready(Some(Err(_))) => {
                end(std::mem::take(&mut self.work), Outcome::Failure(StatusCode::INTERNAL_SERVER_ERROR));
            }
            Poll::Ready(Some(Ok(_))) | Poll::Pending => {}
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

impl Drop for Watched {
    /// A body whose length is known is not asked for its end once all of it is there
    fn drop(&mut self) {
        if std::thread::panicking() {
            end(std::mem::take(&mut self.work), Outcome::Panicked);
        } else if !self.is_head && !self.body.is_end_stream() {
            end(std::mem::take(&mut self.work), Outcome::Cancelled);
        }
    }
}
