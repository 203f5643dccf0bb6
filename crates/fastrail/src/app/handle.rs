//! One request from the outside in: id, log, headers, panic guard, layers, routing.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum_core::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::header::{ALLOW, CONTENT_LENGTH, HeaderValue, LOCATION};
use http::request::Parts;
use http::{Method, Request, StatusCode, Uri};
use http_body::Body as _;

use super::AppShared;
use crate::error::Error;
use crate::middleware::{AccessLog, AppOf, Routed, Stack};
use crate::request::{
    Body, BodyState, OwnedRequestInfo, PathValues, Peer, RequestContext, RequestId, RequestInfo, X_REQUEST_ID,
};
use crate::response::Endless;
use crate::routing::{
    AfterResponse, DetachOnDrop, Endpoint, Found, Mounted, Target, Timeout, below, hand_over, panicked,
};
use crate::serve::Deadline;

/// An app as something that answers requests; cloning it is cheap
#[derive(Clone, Debug)]
pub(crate) struct AppHandle {
    pub(crate) shared: Arc<AppShared>,
    pub(crate) stack: Option<Stack>,
}

/// The route that answered, for the access log
#[derive(Clone, Debug)]
pub(crate) struct MatchedRoute(pub(crate) Arc<Endpoint>);

impl AppHandle {
    /// Answers one request
    pub(crate) async fn handle(&self, mut request: Request<Body>, peer: Peer) -> Response {
        let id = RequestId::of(request.headers());
        let log = AccessLog::start(request.method(), request.uri(), &id);
        let is_head = request.method() == Method::HEAD;
        let root = &self.shared.root_path;
        if !root.is_empty() && request.uri().path().strip_prefix(root).is_some_and(|below| below.starts_with('/')) {
            // A proxy that has not taken its prefix off.
            if let Some(uri) = below(request.uri(), root.len()) {
                *request.uri_mut() = uri;
            }
        }
        let response = self.answer(request, &id, peer).await;
        AfterResponse::follow(self.finish(response, &id, log), is_head)
    }

    /// Answers a request that no operation may see
    pub(crate) async fn refuse(&self, request: Request<Body>, error: Error, peer: Peer) -> Response {
        let id = RequestId::of(request.headers());
        let log = AccessLog::start(request.method(), request.uri(), &id);
        let response = self.shared.errors.answer(error, info(&self.shared, &request.into_parts().0, &id, &peer)).await;
        self.finish(response, &id, log)
    }

    /// What every answer has
    fn finish(&self, mut response: Response, id: &RequestId, log: Option<AccessLog>) -> Response {
        if let Some(security) = &self.shared.security_headers {
            security.apply(response.headers_mut());
        }
        response.headers_mut().insert(X_REQUEST_ID.clone(), id.header_value());
        if let Some(log) = log {
            let route = response.extensions().get::<MatchedRoute>().map(|route| route.0.path.as_str());
            log.finish(route, response.status());
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
                let mut response = app.answer(request, &id, peer).await;
                if let Some(security) = &app.shared.security_headers {
                    security.apply(response.headers_mut());
                }
                response
            })
        })
    }

    /// Answers one request, whatever panics
    async fn answer(&self, mut request: Request<Body>, id: &RequestId, peer: Peer) -> Response {
        let seen = self.seen(&request, id, &peer);
        let answered = match &self.stack {
            None => AssertUnwindSafe(route(&self.shared, request, id.clone(), peer)).catch_unwind().await,
            Some(stack) => {
                request.extensions_mut().insert(id.clone());
                request.extensions_mut().insert(peer);
                request.extensions_mut().insert(AppOf(Arc::clone(&self.shared)));
                AssertUnwindSafe(stack.respond(request)).catch_unwind().await
            }
        };
        match answered {
            Ok(response) => response,
            Err(panic) => {
                let request = seen.as_ref().map_or_else(|| anonymous(id), OwnedRequestInfo::as_ref);
                self.shared.errors.answer(panicked(&*panic), request).await
            }
        }
    }

    /// What a handler of panics will want to know of the request, which a layer takes with it when it panics
    ///
    /// Copied only where there are both a layer and such a handler.
    fn seen(&self, request: &Request<Body>, id: &RequestId, peer: &Peer) -> Option<OwnedRequestInfo> {
        let is_needed = self.stack.is_some() && self.shared.errors.handles(StatusCode::INTERNAL_SERVER_ERROR);
        is_needed.then(|| {
            let info = RequestInfo::new(request.method(), request.uri(), request.headers(), id);
            info.sent_by(peer, &self.shared.proxies).to_owned()
        })
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
        Box::pin(async move { route(&shared, request, id, peer).await })
    })
}

/// Finds what answers, and lets it
async fn route(shared: &Arc<AppShared>, request: Request<Body>, id: RequestId, peer: Peer) -> Response {
    let (mut parts, body) = request.into_parts();
    let is_head = parts.method == Method::HEAD;
    let response = match shared.table.find(&parts.method, parts.uri.path()) {
        Found::Target(Target::Operation(endpoint), values) => {
            let endpoint = Arc::clone(endpoint);
            operation(shared, endpoint, values, parts, body, (id, peer)).await
        }
        Found::Target(Target::Page(page), _) => page(&parts.headers),
        Found::Mount(Mounted::Service(service), prefix) => {
            parts.extensions.insert(id);
            parts.extensions.insert(peer);
            hand_over(service.clone(), prefix, Request::from_parts(parts, body)).await
        }
        Found::Mount(Mounted::Endpoint(endpoint), _) => {
            let endpoint = Arc::clone(endpoint);
            operation(shared, endpoint, PathValues::default(), parts, body, (id, peer)).await
        }
        Found::WrongMethod(allow) => {
            let error = Error::of_status(StatusCode::METHOD_NOT_ALLOWED).with_header(ALLOW, allow);
            shared.errors.answer(error, info(shared, &parts, &id, &peer)).await
        }
        Found::Nothing => match with_other_slash(shared, &parts) {
            Some(redirect) => redirect,
            None => {
                shared.errors.answer(Error::of_status(StatusCode::NOT_FOUND), info(shared, &parts, &id, &peer)).await
            }
        },
    };
    if is_head { without_body(response) } else { response }
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

async fn operation(
    shared: &Arc<AppShared>,
    endpoint: Arc<Endpoint>,
    values: PathValues,
    parts: Parts,
    body: Body,
    (id, peer): (RequestId, Peer),
) -> Response {
    let matched = tracing::enabled!(target: "fastrail::access", tracing::Level::INFO)
        .then(|| MatchedRoute(Arc::clone(&endpoint)));
    let mut response = match endpoint.stack.clone() {
        None => call(shared, endpoint, values, parts, body, (id, peer)).await,
        Some(stack) => {
            let mut request = Request::from_parts(parts, body);
            let app = Arc::clone(shared);
            request.extensions_mut().insert(Routed { app, endpoint, values, id, peer, begun: None });
            stack.respond(request).await
        }
    };
    if response.extensions_mut().remove::<Endless>().is_some() {
        response = crate::response::end_with(response, shared.tasks.stopping());
    }
    if let Some(matched) = matched {
        // A mounted app knows it better.
        response.extensions_mut().get_or_insert_with(|| matched);
    }
    response
}

/// The innermost service of a router's middlewares
pub(crate) fn routed() -> Stack {
    Stack::of(|request| {
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match parts.extensions.remove::<Routed>() {
                Some(Routed { app, endpoint, values, id, peer, begun }) => match begun.and_then(|begun| begun.take()) {
                    Some(mut cx) => {
                        (cx.parts, cx.body) = (parts, BodyState::Unread(body));
                        carry_out(&app, cx).await
                    }
                    None => call(&app, endpoint, values, parts, body, (id, peer)).await,
                },
                // A middleware has made a request of its own, without what came with the first one.
                None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            }
        })
    })
}

/// Runs an operation in a new context
async fn call(
    shared: &Arc<AppShared>,
    endpoint: Arc<Endpoint>,
    values: PathValues,
    parts: Parts,
    body: Body,
    (id, peer): (RequestId, Peer),
) -> Response {
    let cx = RequestContext::new(parts, BodyState::Unread(body), Arc::clone(shared), endpoint, values, id, peer);
    carry_out(shared, Box::new(cx)).await
}

/// Runs an operation: a safe one is cancelled when its client leaves, the others run to their end
async fn carry_out(shared: &Arc<AppShared>, cx: Box<RequestContext>) -> Response {
    let is_safe = cx.parts.method.is_safe();
    let endpoint = &cx.endpoint;
    let timeout = match endpoint.limits.timeout {
        None if endpoint.meta.websocket => None,
        None => shared.limits.request_timeout,
        Some(Timeout::After(timeout)) => Some(timeout),
        Some(Timeout::Never) => None,
    };
    let watched = cx.peer.watched();
    let known = (cx.id.clone(), cx.peer.clone(), cx.parts.uri.clone(), Arc::clone(endpoint));
    let future = (endpoint.call)(cx);
    let ended = if is_safe {
        Deadline::new(future, timeout, watched).await
    } else {
        Deadline::new(DetachOnDrop::new(future, shared.tasks.clone()), timeout, watched).await
    };
    match ended {
        Ok(response) => response,
        // The operation has the rest of the request, or had it.
        Err(expired) => {
            let (id, peer, uri, endpoint) = &known;
            let request = RequestInfo { uri, route: Some(&endpoint.path), ..anonymous(id) };
            endpoint.errors.answer(expired.error(), request.sent_by(peer, &shared.proxies)).await
        }
    }
}

/// RFC 9110 §9.3.2: `HEAD` answers as `GET` does, without the content
fn without_body(response: Response) -> Response {
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
fn anonymous(id: &RequestId) -> RequestInfo<'_> {
    use std::sync::LazyLock;
    static NOTHING: LazyLock<(Method, Uri, http::HeaderMap)> = LazyLock::new(Default::default);
    RequestInfo::new(&NOTHING.0, &NOTHING.1, &NOTHING.2, id)
}
