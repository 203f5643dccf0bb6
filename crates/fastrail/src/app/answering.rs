//! The futures between a request and its answer.
//!
//! Written by hand, small and flat: of nested `async fn`s each holds the request once more, and hyper moves the whole of
//! the outermost one for every request. What an operation needs is in its own box; everything rarer gets a box here.

use std::future::{Future, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum_core::response::Response;
use futures_util::future::BoxFuture;
use http::Uri;
use http::uri::PathAndQuery;

use super::AppShared;
use super::handle::{anonymous, without_body};
use crate::error::Error;
use crate::middleware::Asked;
use crate::observability::{Observed, note_route};
use crate::request::{
    Body, BodyState, Head, OwnedRequestInfo, PathValues, Peer, RequestContext, RequestId, RequestInfo,
};
use crate::response::Endless;
use crate::routing::{AfterResponse, DetachOnDrop, Endpoint, Timeout, panicked};
use crate::serve::{Deadline, Expired};

/// One request from the outside in; its answer has what every answer has
pub(crate) struct Handling {
    /// Until there is an answer
    pub(super) answer: Option<Guarded>,
    pub(super) observed: Option<Box<Observed>>,
    pub(super) asked: Option<Box<Asked>>,
    pub(super) is_head: bool,
}

impl Future for Handling {
    type Output = Response;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let this = self.get_mut();
        let Some(answer) = &mut this.answer else { return Poll::Pending };
        let polled = match &mut this.observed {
            None => Pin::new(&mut *answer).poll(cx),
            Some(observed) => observed.within(|| Pin::new(&mut *answer).poll(cx)),
        };
        let mut response = ready!(polled);
        answer.app.finish(&mut response, &answer.id, this.asked.take());
        AfterResponse::follow(&mut response, this.is_head);
        if let Some(observed) = this.observed.take() {
            observed.answered(&mut response);
        }
        Poll::Ready(response)
    }
}

impl Drop for Handling {
    /// What goes on without its client still belongs to the request
    fn drop(&mut self) {
        if let Some(observed) = &mut self.observed {
            let answer = self.answer.take();
            observed.within(|| drop(answer));
        }
    }
}

/// An answer, whatever panics on the way
pub(crate) struct Guarded {
    pub(super) app: Arc<AppShared>,
    pub(super) id: RequestId,
    /// What a handler of panics will want to know of the request, where there is one
    pub(super) seen: Option<Box<OwnedRequestInfo>>,
    pub(super) state: State,
}

pub(super) enum State {
    Answering(Answering),
    /// Something has panicked: the answer to that
    Panicked(BoxFuture<'static, Response>),
}

impl Guarded {
    #[cold]
    fn fail(&mut self, error: Error) {
        let (app, id, seen) = (Arc::clone(&self.app), self.id.clone(), self.seen.take());
        self.state = State::Panicked(Box::pin(async move {
            let request = seen.as_ref().map_or_else(|| anonymous(&id), |seen| seen.as_ref().as_ref());
            app.errors.answer(error, request).await
        }));
    }
}

impl Future for Guarded {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let Self { app, id, state, .. } = &mut *self;
        let answering = match state {
            State::Answering(answering) => answering,
            State::Panicked(answer) => return answer.as_mut().poll(cx),
        };
        match catch_unwind(AssertUnwindSafe(|| answering.poll(cx, app, id))) {
            Ok(polled) => polled,
            Err(panic) => {
                self.fail(panicked(&*panic));
                self.poll(cx)
            }
        }
    }
}

/// What answers a request
pub(crate) enum Answering {
    /// An operation without middlewares of its own
    Operation { running: Running, is_head: bool },
    /// Anything else; it does nothing before it is polled, since it may panic
    Other(BoxFuture<'static, Response>),
}

impl Answering {
    /// An empty answer
    #[cold]
    pub(super) fn nothing() -> Self {
        Self::Other(Box::pin(ready(Response::default())))
    }

    /// Goes on; they are given what every request has, so that it need not be held twice
    #[inline(always)]
    fn poll(&mut self, cx: &mut Context<'_>, app: &Arc<AppShared>, id: &RequestId) -> Poll<Response> {
        match self {
            Self::Operation { running, is_head } => {
                let mut response = ready!(running.poll(cx, app, id));
                adorn(&mut response, app);
                Poll::Ready(if *is_head { without_body(response) } else { response })
            }
            Self::Other(future) => future.as_mut().poll(cx),
        }
    }

    /// Notes which operation answers, where nobody outside can see it; only inside of the request
    pub(super) fn note_route(&self) {
        if let Self::Operation { running, .. } = self {
            note_route(&running.endpoint);
        }
    }

    /// The answer
    pub(super) async fn answer(mut self, app: Arc<AppShared>, id: RequestId) -> Response {
        self.note_route();
        poll_fn(|cx| self.poll(cx, &app, &id)).await
    }
}

/// An operation's answer on its way out: it ends when the drain begins
pub(super) fn adorn(response: &mut Response, app: &AppShared) {
    if response.extensions_mut().remove::<Endless>().is_some() {
        crate::response::end_with(response, app.tasks.stopping());
    }
}

/// An operation under its deadline: a safe one is cancelled when its client leaves, the others run to their end
pub(crate) struct Running {
    endpoint: Arc<Endpoint>,
    // The operation has the rest of the request, or had it.
    target: Option<PathAndQuery>,
    peer: Peer,
    progress: Progress,
}

enum Progress {
    Operation(Deadline<DetachOnDrop>),
    Expired(BoxFuture<'static, Response>),
}

impl Running {
    /// Starts the operation of `endpoint` in a new context
    #[inline(always)]
    pub(super) fn start(
        app: &Arc<AppShared>,
        endpoint: &Arc<Endpoint>,
        values: PathValues,
        head: &mut Head,
        body: Body,
        (id, peer): (RequestId, Peer),
    ) -> Self {
        let (app, endpoint, body) = (Arc::clone(app), Arc::clone(endpoint), BodyState::Unread(body));
        let place = Box::new_uninit();
        Self::carry_out(Box::write(place, RequestContext::new(head.take(), body, app, endpoint, values, id, peer)))
    }

    pub(super) fn endpoint(&self) -> &Arc<Endpoint> {
        &self.endpoint
    }

    /// Starts the operation of a context
    #[inline(always)]
    pub(super) fn carry_out(cx: Box<RequestContext>) -> Self {
        let (app, endpoint) = (&cx.app, Arc::clone(&cx.endpoint));
        let outlives = (!cx.parts.method.is_safe()).then(|| app.tasks.clone());
        let timeout = match endpoint.limits.timeout {
            None if endpoint.meta.websocket => None,
            None => app.limits.request_timeout,
            Some(Timeout::After(timeout)) => Some(timeout),
            Some(Timeout::Never) => None,
        };
        let (target, peer) = (cx.parts.uri.path_and_query().cloned(), cx.peer.clone());
        let future = DetachOnDrop::new((endpoint.call)(cx), outlives);
        let deadline = Deadline::new(future, timeout, peer.watched());
        Self { endpoint, target, peer, progress: Progress::Operation(deadline) }
    }

    #[inline(always)]
    fn poll(&mut self, cx: &mut Context<'_>, app: &Arc<AppShared>, id: &RequestId) -> Poll<Response> {
        match &mut self.progress {
            Progress::Expired(answer) => answer.as_mut().poll(cx),
            Progress::Operation(operation) => match ready!(operation.poll(cx, self.peer.watched())) {
                Ok(response) => Poll::Ready(response),
                Err(expired) => self.expire(&expired, cx, app, id),
            },
        }
    }

    /// Answers that it took too long
    #[cold]
    fn expire(
        &mut self,
        expired: &Expired,
        cx: &mut Context<'_>,
        app: &Arc<AppShared>,
        id: &RequestId,
    ) -> Poll<Response> {
        let error = expired.error();
        let (app, endpoint, id) = (Arc::clone(app), Arc::clone(&self.endpoint), id.clone());
        let uri = self.target.take().map(Uri::from).unwrap_or_default();
        let peer = std::mem::take(&mut self.peer);
        let mut answer: BoxFuture<'static, Response> = Box::pin(async move {
            let request = RequestInfo { uri: &uri, route: Some(&endpoint.path), ..anonymous(&id) };
            endpoint.errors.answer(error, request.sent_by(&peer, &app.proxies)).await
        });
        let polled = answer.as_mut().poll(cx);
        self.progress = Progress::Expired(answer);
        polled
    }

    /// The bare answer, for the middlewares around the operation
    pub(super) async fn answer(mut self, app: Arc<AppShared>, id: RequestId) -> Response {
        poll_fn(|cx| self.poll(cx, &app, &id)).await
    }
}
