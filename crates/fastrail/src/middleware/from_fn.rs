//! An async fn as a middleware: it sees the request, lets it through or not, and sees the answer.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use axum_core::response::Response;

use super::{Middleware, Pipeline, Stack};
use crate::app::AppShared;
use crate::error::{Error, ErrorAnswers};
use crate::request::{Body, OwnedRequestInfo, PathValues, Peer, RequestContext, RequestId, RequestInfo};
use crate::response::ReplyError;
use crate::routing::Endpoint;

type Request = http::Request<Body>;

/// What is inside of a middleware: the middlewares before it, and the operation
///
/// ```
/// use fastrail::prelude::*;
/// use std::time::Instant;
///
/// async fn add_process_time(request: Request, next: Next) -> Result<Response> {
///     let start = Instant::now();
///     let mut response = next.run(request).await;
///     let value = format!("{:.6}", start.elapsed().as_secs_f64());
///     response.headers_mut().insert("x-process-time", value.parse().map_err(Error::internal)?);
///     Ok(response)
/// }
///
/// let app = App::new("Shop", "1.0.0").middleware(add_process_time);
/// ```
///
/// An error that it returns is answered in the app's own shape. What it puts into `request.extensions_mut()`, an operation
/// takes as [`Extension`](crate::Extension). A router's middleware may take up to four dependencies, the app's
/// [`State`](crate::State) and credentials behind `next`: `async fn audit(request: Request, next: Next, user: User)`.
pub struct Next {
    inner: Stack,
    app: Option<Arc<AppShared>>,
    endpoint: Option<Arc<Endpoint>>,
    /// A router's middleware fails in the shape of its operations, an app's in the app's
    errors: Option<Arc<ErrorAnswers>>,
}

impl Next {
    pub(super) fn new(inner: Stack, request: &Request) -> Self {
        if let Some(routed) = request.extensions().get::<Routed>() {
            let (app, endpoint) = (Arc::clone(&routed.app), Arc::clone(&routed.endpoint));
            let errors = Arc::clone(&endpoint.errors);
            return Self { inner, app: Some(app), endpoint: Some(endpoint), errors: Some(errors) };
        }
        let app = request.extensions().get::<AppOf>().map(|AppOf(app)| Arc::clone(app));
        let endpoint = app.as_ref().and_then(|app| app.table.endpoint(request.method(), request.uri().path()));
        let errors = app.as_ref().map(|app| Arc::clone(&app.errors));
        Self { inner, app, endpoint, errors }
    }

    /// Lets the request through
    pub async fn run(self, request: Request) -> Response {
        self.inner.respond(request).await
    }

    /// The template of the route that will answer, such as `/items/{item_id}`, for files `/static/{*path}`; `None` for a
    /// 404, a 405 and a mount that nothing stands before
    pub fn route(&self) -> Option<&str> {
        self.endpoint.as_ref().map(|endpoint| endpoint.path.as_str())
    }

    /// A value that the app holds, as a [`State`](crate::State) argument gives it
    ///
    /// # Errors
    /// 500 when nothing provides it; what an override answers.
    pub async fn state<T: Clone + Send + Sync + 'static>(&self) -> Result<T, Error> {
        let app = self.app.as_ref().ok_or_else(|| Error::internal("this middleware stands outside of an app"))?;
        if let Some(replaced) = app.overrides.make::<T>() {
            return replaced.await;
        }
        app.state().get::<T>().cloned().ok_or_else(|| {
            Error::internal(format_args!(
                "a middleware takes the state `{}`, which nothing provides",
                std::any::type_name::<T>()
            ))
        })
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").field("route", &self.route()).finish_non_exhaustive()
    }
}

/// Marks the [`Middleware`]s that are async fns
pub struct AsyncFn<Fut>(PhantomData<fn() -> Fut>);

impl<Fut> fmt::Debug for AsyncFn<Fut> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsyncFn")
    }
}

/// What an async fn that is a middleware returns: a response, or a result with an error that can be answered
pub trait MiddlewareOutput: Send {
    /// Whether there may be an error
    const CAN_FAIL: bool;

    /// The response, or the error
    ///
    /// # Errors
    /// What the fn returned.
    fn into_result(self) -> Result<Response, Error>;
}

impl MiddlewareOutput for Response {
    const CAN_FAIL: bool = false;

    fn into_result(self) -> Result<Response, Error> {
        Ok(self)
    }
}

impl<E: ReplyError + Send> MiddlewareOutput for Result<Response, E> {
    const CAN_FAIL: bool = true;

    fn into_result(self) -> Result<Response, Error> {
        self.map_err(ReplyError::into_error)
    }
}

impl<F, Fut> Middleware<AsyncFn<Fut>> for F
where
    F: Fn(Request, Next) -> Fut + Send + Sync + 'static,
    Fut: Future + Send + 'static,
    Fut::Output: MiddlewareOutput,
{
    fn install(self, pipeline: &mut Pipeline) {
        pipeline.around(self);
    }
}

impl Pipeline {
    /// Puts an async fn around what is there
    pub(super) fn around<F, Fut>(&mut self, function: F)
    where
        F: Fn(Request, Next) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: MiddlewareOutput,
    {
        let function = Arc::new(function);
        self.wrap_with(move |inner| {
            let function = Arc::clone(&function);
            Stack::of(move |request| {
                let next = Next::new(inner.clone(), &request);
                let asked = if Fut::Output::CAN_FAIL { next.errors.clone().zip(Some(info(&request))) } else { None };
                let answer = function(request, next);
                Box::pin(async move {
                    match (answer.await.into_result(), asked) {
                        (Ok(response), _) => response,
                        (Err(error), Some((errors, info))) => errors.answer(error, info.as_ref()).await,
                        (Err(error), None) => {
                            let mut response = Response::new(Body::empty());
                            *response.status_mut() = error.status();
                            response
                        }
                    }
                })
            })
        });
    }
}

/// What the answer to an error may tell of the request
fn info(request: &Request) -> OwnedRequestInfo {
    with_info(request, |info| info.to_owned())
}

/// Looks at a request on its way through the middlewares of an app or of a router, as its operation will
pub(super) fn with_info<T>(request: &Request, look: impl FnOnce(RequestInfo<'_>) -> T) -> T {
    let extensions = request.extensions();
    let routed = extensions.get::<Routed>();
    let made;
    let id = match routed.map(|routed| &routed.id).or_else(|| extensions.get()) {
        Some(id) => id,
        None => {
            made = RequestId::of(request.headers());
            &made
        }
    };
    let info = RequestInfo::new(request.method(), request.uri(), request.headers(), id);
    match (routed, extensions.get::<Peer>(), extensions.get::<AppOf>()) {
        (Some(routed), ..) => look(info.sent_by(&routed.peer, &routed.app.proxies)),
        (None, Some(peer), Some(AppOf(app))) => look(info.sent_by(peer, &app.proxies)),
        _ => look(info),
    }
}

/// The app that a request is on its way through
#[derive(Clone)]
pub(crate) struct AppOf(pub(crate) Arc<AppShared>);

/// What routing has found, on its way through a router's middlewares
#[derive(Clone)]
pub(crate) struct Routed {
    pub(crate) app: Arc<AppShared>,
    pub(crate) endpoint: Arc<Endpoint>,
    pub(crate) values: PathValues,
    pub(crate) id: RequestId,
    pub(crate) peer: Peer,
    /// The context in which a middleware has made dependencies
    pub(crate) begun: Option<Begun>,
}

/// A context on its way from a middleware to the operation, which takes it
#[derive(Clone)]
pub(crate) struct Begun(Arc<Mutex<Option<Box<RequestContext>>>>);

impl Begun {
    pub(super) fn of(cx: Box<RequestContext>) -> Self {
        Self(Arc::new(Mutex::new(Some(cx))))
    }

    /// The context, unless the operation has it, or had it
    pub(crate) fn take(&self) -> Option<Box<RequestContext>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
