//! One request from the outside in: id, log, headers, panic guard, layers, routing.

use std::future::ready;
use std::sync::Arc;

use axum_core::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use http::header::{ALLOW, CONTENT_LENGTH, HeaderValue, LOCATION};
use http::request::Parts;
use http::{Method, Request, StatusCode, Uri};
use http_body::Body as _;

use super::AppShared;
use super::answering::{Answering, Guarded, Handling, Running, State, adorn};
use crate::error::Error;
use crate::middleware::{AppOf, Asked, Routed, Stack};
use crate::observability::{Observed, note_route};
use crate::request::{Body, BodyState, Head, OwnedRequestInfo, PathValues, Peer, RequestId, RequestInfo, X_REQUEST_ID};
use crate::routing::{Endpoint, Found, Mounted, Target, below, hand_over};

/// An app as something that answers requests; cloning it is cheap
#[derive(Clone, Debug)]
pub(crate) struct AppHandle {
    pub(crate) shared: Arc<AppShared>,
    pub(crate) stack: Option<Stack>,
}

impl AppHandle {
    /// Answers one request
    ///
    /// It and what it calls are one fn to the machine: a request would be copied at each call.
    #[inline(always)]
    pub(crate) fn handle(&self, head: &mut Head, body: Body, peer: Peer) -> Handling {
        let parts = head.parts_mut();
        let id = RequestId::from(&parts.headers, &peer);
        let mut observed = Observed::begin(&self.shared, parts, &body, &id, &peer);
        let asked = self.shared.outermost.asked(parts);
        let is_head = parts.method == Method::HEAD;
        let root = &self.shared.root_path;
        if !root.is_empty() && parts.uri.path().strip_prefix(root).is_some_and(|below| below.starts_with('/')) {
            // A proxy that has not taken its prefix off.
            if let Some(uri) = below(&parts.uri, root.len()) {
                parts.uri = uri;
            }
        }
        let answer = self.answer(head, body, id, peer, asked.as_deref());
        if let (Some(observed), State::Answering(Answering::Operation { running, .. })) = (&mut observed, &answer.state)
        {
            observed.note_route(running.endpoint());
        }
        Handling { answer: Some(answer), observed, asked, is_head }
    }

    /// Answers a request that no operation may see
    pub(crate) async fn refuse(&self, parts: Parts, error: Error, peer: Peer) -> Response {
        let id = RequestId::of(&parts.headers);
        let observed = Observed::begin(&self.shared, &parts, &Body::empty(), &id, &peer);
        let asked = self.shared.outermost.asked(&parts);
        let mut response = self.shared.errors.answer(error, info(&self.shared, &parts, &id, &peer)).await;
        self.shared.finish(&mut response, &id, asked);
        if let Some(observed) = observed {
            observed.answered(&mut response);
        }
        response
    }

    /// The app as what another one mounts, which has done the outermost steps already
    pub(crate) fn nested(&self) -> Stack {
        let app = self.clone();
        Stack::of(move |mut request| {
            let app = app.clone();
            let id = request.extensions_mut().remove::<RequestId>();
            let id = id.unwrap_or_else(|| RequestId::of(request.headers()));
            let peer = request.extensions_mut().remove::<Peer>().unwrap_or_default();
            Box::pin(async move {
                let (parts, body) = request.into_parts();
                let asked = app.shared.outermost.asked(&parts);
                let answer = app.answer(&mut Head::of(parts), body, id, peer, asked.as_deref());
                if let State::Answering(answering) = &answer.state {
                    answering.note_route();
                }
                let mut response = answer.await;
                app.shared.outermost.finish(&mut response, asked);
                response
            })
        })
    }

    /// Answers one request, whatever panics
    #[inline(always)]
    fn answer(&self, head: &mut Head, body: Body, id: RequestId, peer: Peer, asked: Option<&Asked>) -> Guarded {
        let app = Arc::clone(&self.shared);
        let (seen, answering) = match &self.stack {
            // All of the answer is in its head.
            _ if asked.is_some_and(Asked::is_preflight) => (None, Answering::nothing()),
            None => (None, route(&self.shared, head, body, id.clone(), peer)),
            Some(stack) => self.through(stack, head.take(), body, &id, peer),
        };
        Guarded { app, id, seen, state: State::Answering(answering) }
    }

    /// Hands a request to the layers around the app
    #[inline(never)]
    fn through(
        &self,
        stack: &Stack,
        parts: Parts,
        body: Body,
        id: &RequestId,
        peer: Peer,
    ) -> (Option<Box<OwnedRequestInfo>>, Answering) {
        // A layer takes the request with it when it panics.
        let seen = self.shared.errors.handles(StatusCode::INTERNAL_SERVER_ERROR);
        let seen = seen.then(|| Box::new(info(&self.shared, &parts, id, &peer).to_owned()));
        let mut request = Request::from_parts(parts, body);
        request.extensions_mut().insert(id.clone());
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(AppOf(Arc::clone(&self.shared)));
        let stack = stack.clone();
        (seen, Answering::Other(Box::pin(async move { stack.respond(request).await })))
    }
}

impl AppShared {
    /// What every answer has
    #[inline(always)]
    pub(super) fn finish(&self, response: &mut Response, id: &RequestId, asked: Option<Box<Asked>>) {
        self.outermost.finish(response, asked);
        response.headers_mut().insert(X_REQUEST_ID, id.header_value());
    }
}

#[cfg(feature = "testing")]
impl AppHandle {
    /// The operation that answers a request, for the check against the document
    pub(crate) fn endpoint(&self, method: &Method, uri: &Uri) -> Option<Arc<Endpoint>> {
        self.shared.table.endpoint(method, uri.path())
    }
}

/// The innermost service of the stack of layers
pub(crate) fn core(shared: &Arc<AppShared>) -> Stack {
    let shared = Arc::clone(shared);
    Stack::of(move |request| {
        let shared = Arc::clone(&shared);
        let id = request.extensions().get::<RequestId>().cloned().unwrap_or_else(|| RequestId::of(request.headers()));
        let peer = request.extensions().get::<Peer>().cloned().unwrap_or_default();
        let (parts, body) = request.into_parts();
        let answering = route(&shared, &mut Head::of(parts), body, id.clone(), peer);
        Box::pin(answering.answer(shared, id))
    })
}

/// Finds what answers, and lets it
#[inline(always)]
fn route(shared: &Arc<AppShared>, head: &mut Head, body: Body, id: RequestId, peer: Peer) -> Answering {
    let parts = head.parts();
    match shared.table.find(&parts.method, parts.uri.path()) {
        Found::Target(Target::Operation(endpoint), values) => {
            operation(shared, endpoint, values, head, body, (id, peer))
        }
        found => other(shared, found, head, body, (id, peer)),
    }
}

/// The answer of what is no operation of a path
#[inline(never)]
fn other(
    shared: &Arc<AppShared>,
    found: Found<'_>,
    head: &mut Head,
    body: Body,
    (id, peer): (RequestId, Peer),
) -> Answering {
    let is_head = head.parts().method == Method::HEAD;
    let other: BoxFuture<'static, Response> = match found {
        Found::Target(Target::Operation(endpoint), values) => {
            return operation(shared, endpoint, values, head, body, (id, peer));
        }
        Found::Mount(Mounted::Endpoint(endpoint), _) => {
            return operation(shared, endpoint, PathValues::default(), head, body, (id, peer));
        }
        Found::Target(Target::Page(page), _) => {
            let (page, parts) = (Arc::clone(page), head.take());
            Box::pin(async move { page(&parts.headers) })
        }
        Found::Mount(Mounted::Service(service), prefix) => {
            let mut request = Request::from_parts(head.take(), body);
            request.extensions_mut().insert(id);
            request.extensions_mut().insert(peer);
            Box::pin(hand_over(service.clone(), prefix, request))
        }
        Found::WrongMethod(allow) => {
            let error = Error::of_status(StatusCode::METHOD_NOT_ALLOWED).with_header(ALLOW, allow);
            failed(shared, error, head.take(), id, peer)
        }
        Found::Nothing => match with_other_slash(shared, head.parts()) {
            Some(redirect) => Box::pin(ready(redirect)),
            None => failed(shared, Error::of_status(StatusCode::NOT_FOUND), head.take(), id, peer),
        },
    };
    other_answer(other, is_head)
}

fn other_answer(answer: BoxFuture<'static, Response>, is_head: bool) -> Answering {
    Answering::Other(if is_head { Box::pin(async move { without_body(answer.await) }) } else { answer })
}

/// Starts an operation, or what stands around it
#[inline(always)]
fn operation(
    shared: &Arc<AppShared>,
    endpoint: &Arc<Endpoint>,
    values: PathValues,
    head: &mut Head,
    body: Body,
    (id, peer): (RequestId, Peer),
) -> Answering {
    let is_head = head.parts().method == Method::HEAD;
    let Some(stack) = &endpoint.stack else {
        let running = Running::start(shared, endpoint, values, head, body, (id, peer));
        return Answering::Operation { running, is_head };
    };
    let (app, endpoint) = (Arc::clone(shared), Arc::clone(endpoint));
    let routed = Routed { app, endpoint, values, id, peer, begun: None };
    other_answer(around(stack.clone(), routed, Request::from_parts(head.take(), body)), is_head)
}

/// The answer of the middlewares around an operation
#[inline(never)]
fn around(stack: Stack, routed: Routed, mut request: Request<Body>) -> BoxFuture<'static, Response> {
    let (app, endpoint) = (Arc::clone(&routed.app), Arc::clone(&routed.endpoint));
    request.extensions_mut().insert(routed);
    Box::pin(async move {
        // Also where a middleware answers by itself.
        note_route(&endpoint);
        let mut response = stack.respond(request).await;
        adorn(&mut response, &app);
        response
    })
}

/// The answer to a request that no route takes
fn failed(
    shared: &Arc<AppShared>,
    error: Error,
    parts: Parts,
    id: RequestId,
    peer: Peer,
) -> BoxFuture<'static, Response> {
    let shared = Arc::clone(shared);
    Box::pin(async move { shared.errors.answer(error, info(&shared, &parts, &id, &peer)).await })
}

/// `/items/` for `/items`, or the other way round, where only the other one is a path: 307
///
/// The location is relative (RFC 9110 §10.2.2), so that it holds behind a proxy's prefix and in a mounted app, and can
/// lead to no other host.
fn with_other_slash(shared: &AppShared, parts: &Parts) -> Option<Response> {
    if !shared.redirect_slashes {
        return None;
    }
    let path = parts.uri.path();
    let (other, mut location) = match path.strip_suffix('/') {
        Some("") => return None,
        Some(without) => (without.to_owned(), format!("../{}", without.rsplit('/').next().unwrap_or_default())),
        None => (format!("{path}/"), format!("./{}/", path.rsplit('/').next().unwrap_or_default())),
    };
    if !matches!(shared.table.find(&parts.method, &other), Found::Target(..) | Found::WrongMethod(_)) {
        return None;
    }
    if let Some(query) = parts.uri.query() {
        location.push('?');
        location.push_str(query);
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    response.headers_mut().insert(LOCATION, HeaderValue::try_from(location).ok()?);
    Some(response)
}

/// The innermost service of a router's middlewares
pub(crate) fn routed() -> Stack {
    Stack::of(|request| {
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match parts.extensions.remove::<Routed>() {
                Some(Routed { app, endpoint, values, id, peer, begun }) => {
                    let running = match begun.and_then(|begun| begun.take()) {
                        Some(mut cx) => {
                            (cx.parts, cx.body) = (parts, BodyState::Unread(body));
                            Running::carry_out(cx)
                        }
                        None => Running::start(&app, &endpoint, values, &mut Head::of(parts), body, (id.clone(), peer)),
                    };
                    running.answer(app, id).await
                }
                // A middleware has made a request of its own, without what came with the first one.
                None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            }
        })
    })
}

/// RFC 9110 §9.3.2: `HEAD` answers as `GET` does, without the content
pub(super) fn without_body(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact()
        && length > 0
    {
        parts.headers.entry(CONTENT_LENGTH).or_insert(HeaderValue::from(length));
    }
    Response::from_parts(parts, Body::empty())
}

fn info<'a>(shared: &'a AppShared, parts: &'a Parts, id: &'a RequestId, peer: &'a Peer) -> RequestInfo<'a> {
    RequestInfo::new(&parts.method, &parts.uri, &parts.headers, id).sent_by(peer, &shared.proxies)
}

/// A request of which a panic has left only the id
pub(super) fn anonymous(id: &RequestId) -> RequestInfo<'_> {
    use std::sync::LazyLock;
    static NOTHING: LazyLock<(Method, Uri, http::HeaderMap)> = LazyLock::new(Default::default);
    RequestInfo::new(&NOTHING.0, &NOTHING.1, &NOTHING.2, id)
}
