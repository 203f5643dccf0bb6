//! One request from the outside in: id, log, headers, panic guard, layers, routing.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum_core::response::Response;
use futures_util::FutureExt;
use http::header::{ALLOW, CONTENT_LENGTH, HeaderValue};
use http::request::Parts;
use http::{Method, Request, StatusCode, Uri};
use http_body::Body as _;

use super::AppShared;
use crate::error::Error;
use crate::middleware::{AccessLog, Stack};
use crate::request::{
    Body, BodyState, OwnedRequestInfo, PathValues, RequestContext, RequestId, RequestInfo, X_REQUEST_ID,
};
use crate::routing::{AfterResponse, DetachOnDrop, Endpoint, Found, Mount, Mounted, Target, panicked};

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
    pub(crate) async fn handle(&self, mut request: Request<Body>) -> Response {
        let id = RequestId::of(request.headers());
        let log = AccessLog::start(request.method(), request.uri());
        let is_head = request.method() == Method::HEAD;
        let seen = self.seen(&request, &id);
        let answered = match &self.stack {
            None => AssertUnwindSafe(route(&self.shared, request, id.clone())).catch_unwind().await,
            Some(stack) => {
                request.extensions_mut().insert(id.clone());
                AssertUnwindSafe(stack.respond(request)).catch_unwind().await
            }
        };
        let mut response = match answered {
            Ok(response) => response,
            Err(panic) => {
                let request = seen.as_ref().map_or_else(|| anonymous(&id), OwnedRequestInfo::as_ref);
                self.shared.errors.answer(panicked(&*panic), request).await
            }
        };
        if let Some(security) = &self.shared.security_headers {
            security.apply(response.headers_mut());
        }
        response.headers_mut().insert(X_REQUEST_ID.clone(), id.header_value());
        if let Some(log) = log {
            let route = response.extensions().get::<MatchedRoute>().map(|route| route.0.path.as_str());
            log.finish(&id, route, response.status());
        }
        AfterResponse::follow(response, is_head)
    }

    /// What a handler of panics will want to know of the request, which a layer takes with it when it panics
    ///
    /// Copied only where there are both a layer and such a handler.
    fn seen(&self, request: &Request<Body>, id: &RequestId) -> Option<OwnedRequestInfo> {
        let is_needed = self.stack.is_some() && self.shared.errors.handles(StatusCode::INTERNAL_SERVER_ERROR);
        is_needed.then(|| {
            let (method, uri, headers) = (request.method(), request.uri(), request.headers());
            RequestInfo { method, uri, headers, id, route: None }.to_owned()
        })
    }
}

#[cfg(feature = "testing")]
impl AppHandle {
    /// The operation that answers a request, for the check against the document
    pub(crate) fn endpoint(&self, method: &Method, uri: &Uri) -> Option<Arc<Endpoint>> {
        let mut request = Request::new(());
        *request.method_mut() = method.clone();
        *request.uri_mut() = uri.clone();
        match self.shared.table.find(&request.into_parts().0) {
            Found::Target(Target::Operation(endpoint), _) => Some(Arc::clone(endpoint)),
            _ => None,
        }
    }
}

/// The innermost service of the stack of layers
pub(crate) fn core(shared: &Arc<AppShared>) -> Stack {
    let shared = Arc::clone(shared);
    Stack::of(move |request| {
        let shared = Arc::clone(&shared);
        let id = request.extensions().get::<RequestId>().cloned().unwrap_or_else(|| RequestId::of(request.headers()));
        Box::pin(async move { route(&shared, request, id).await })
    })
}

/// Finds what answers, and lets it
async fn route(shared: &Arc<AppShared>, request: Request<Body>, id: RequestId) -> Response {
    let (parts, body) = request.into_parts();
    let is_head = parts.method == Method::HEAD;
    let response = match shared.table.find(&parts) {
        Found::Target(Target::Operation(endpoint), values) => {
            let endpoint = Arc::clone(endpoint);
            operation(shared, endpoint, values, parts, body, id).await
        }
        Found::Target(Target::Page(page), _) => page(&parts.headers),
        Found::Mount(Mounted::Service(service), prefix) => mounted(service.clone(), prefix, parts, body).await,
        Found::Mount(Mounted::Files(files), prefix) => match files.respond(&parts, prefix).await {
            Ok(response) => response,
            Err(error) => shared.errors.answer(error, info(&parts, &id)).await,
        },
        Found::WrongMethod(allow) => {
            let error = Error::of_status(StatusCode::METHOD_NOT_ALLOWED).with_header(ALLOW, allow);
            shared.errors.answer(error, info(&parts, &id)).await
        }
        Found::Nothing => shared.errors.answer(Error::of_status(StatusCode::NOT_FOUND), info(&parts, &id)).await,
    };
    if is_head { without_body(response) } else { response }
}

async fn operation(
    shared: &Arc<AppShared>,
    endpoint: Arc<Endpoint>,
    values: PathValues,
    parts: Parts,
    body: Body,
    id: RequestId,
) -> Response {
    let is_safe = parts.method.is_safe();
    let matched = tracing::enabled!(target: "fastrail::access", tracing::Level::INFO)
        .then(|| MatchedRoute(Arc::clone(&endpoint)));
    let call = endpoint.call;
    let cx = RequestContext::new(parts, BodyState::Unread(body), Arc::clone(shared), endpoint, values, id);
    let future = call(Box::new(cx));
    let mut response = if is_safe { future.await } else { DetachOnDrop::new(future, shared.tasks.clone()).await };
    if let Some(matched) = matched {
        response.extensions_mut().insert(matched);
    }
    response
}

/// Hands a request to a mounted service, which sees the path below its mount
async fn mounted(service: Mount, prefix: usize, mut parts: Parts, body: Body) -> Response {
    if let Some(uri) = below(&parts.uri, prefix) {
        parts.uri = uri;
    }
    match tower::ServiceExt::oneshot(service, Request::from_parts(parts, body)).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn below(uri: &Uri, prefix: usize) -> Option<Uri> {
    let path_and_query = uri.path_and_query()?.as_str().get(prefix..)?;
    let path_and_query =
        if path_and_query.starts_with('/') { path_and_query.to_owned() } else { format!("/{path_and_query}") };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path_and_query.parse().ok()?);
    Uri::from_parts(parts).ok()
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

fn info<'a>(parts: &'a Parts, id: &'a RequestId) -> RequestInfo<'a> {
    RequestInfo { method: &parts.method, uri: &parts.uri, headers: &parts.headers, id, route: None }
}

/// A request of which a panic has left only the id
fn anonymous(id: &RequestId) -> RequestInfo<'_> {
    use std::sync::LazyLock;
    static NOTHING: LazyLock<(Method, Uri, http::HeaderMap)> = LazyLock::new(Default::default);
    RequestInfo { method: &NOTHING.0, uri: &NOTHING.1, headers: &NOTHING.2, id, route: None }
}
