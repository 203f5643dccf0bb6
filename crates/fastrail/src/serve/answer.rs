//! One request and its answer, which counts as running until its last byte is with hyper.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum_core::response::Response;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::header::{CONNECTION, HeaderValue};
use http::request::Parts;
use http::{Method, Request, StatusCode, Version};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;

use super::body::TimedBody;
use super::connection::Serving;
use super::http1::Refusal;
use super::limits::ConnectionLimits;
use super::live::{Exchange, Order};
use super::{Deadlines, authority};
use crate::app::Handling;
use crate::request::{Body, Head, Peer};

/// Answers one request, or says why it was refused
#[inline(always)]
pub(crate) fn answer(exchange: Exchange, serving: &Arc<Serving>, request: Request<Incoming>) -> Answering {
    let (parts, body) = request.into_parts();
    let mut head = Head::of(parts);
    let parts = head.parts();
    let is_http_1 = parts.version < Version::HTTP_2;
    let is_connect = parts.method == Method::CONNECT;
    let peer = Peer::of(Arc::clone(&exchange.live), is_http_1);
    let state = match exchange.refusal().or_else(|| refuse_parsed(parts, &serving.limits)) {
        None => State::Handling(serving.app.handle(&mut head, timed(body, &serving.deadlines), peer)),
        Some(refusal) => {
            let (serving, parts) = (Arc::clone(serving), head.take());
            State::Refused(Box::pin(async move { serving.app.refuse(parts, refusal.error(), peer).await }))
        }
    };
    Answering { exchange: Some(exchange), is_http_1, is_connect, state }
}

/// A request that is being answered
pub(crate) struct Answering {
    /// Until the answer has it
    exchange: Option<Exchange>,
    is_http_1: bool,
    is_connect: bool,
    state: State,
}

enum State {
    Handling(Handling),
    Refused(BoxFuture<'static, Response>),
}

impl Future for Answering {
    type Output = Result<Answer, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let mut response = match &mut this.state {
            State::Handling(handling) => ready!(Pin::new(handling).poll(cx)),
            State::Refused(answer) => ready!(answer.as_mut().poll(cx)),
        };
        let Some(exchange) = this.exchange.take() else { return Poll::Pending };
        if let State::Handling(_) = this.state {
            let is_upgraded = response.status() == StatusCode::SWITCHING_PROTOCOLS
                || this.is_connect && response.status().is_success();
            exchange.live.answered(is_upgraded);
        }
        let is_last = exchange.live.ordered() == Order::FinishSoon;
        if this.is_http_1 {
            if is_last {
                close_after(&mut response);
            }
        } else {
            if is_last {
                exchange.live.order(Order::Finish);
            }
            // RFC 9113 §8.2.2: it has no such header.
            response.headers_mut().remove(CONNECTION);
        }
        Poll::Ready(Ok(response.map(|body| Tracked { body, _exchange: exchange })))
    }
}

fn close_after(response: &mut Response) {
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
}

/// What the parsed request shows, and what HTTP/2 does not check by itself
fn refuse_parsed(request: &Parts, limits: &ConnectionLimits) -> Option<Refusal> {
    if authority::is_contradictory(request) {
        return Some(Refusal::OtherHost);
    }
    if request.version < Version::HTTP_2 {
        return None;
    }
    if request.uri.path_and_query().is_some_and(|target| target.as_str().len() > limits.max_target_bytes) {
        return Some(Refusal::TargetTooLong);
    }
    (request.headers.len() > limits.head().max_fields).then_some(Refusal::TooManyFields)
}

fn timed(body: Incoming, deadlines: &Deadlines) -> Body {
    if hyper::body::Body::is_end_stream(&body) {
        return Body::empty();
    }
    Body::new(TimedBody::new(body, deadlines.body, deadlines.body_bytes))
}

/// An answer whose request is over when it is dropped
pub(crate) type Answer = http::Response<Tracked>;

/// The body of an answer, with the request that it answers
#[derive(Debug)]
pub(crate) struct Tracked {
    body: Body,
    _exchange: Exchange,
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
