//! How middlewares are put around the app: the fixed steps, and a stack of tower layers.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum_core::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use tower::{Layer, Service, ServiceExt};

use super::outermost::Outermost;
use crate::openapi::OperationDoc;
use crate::request::Body;

/// Something that [`App::middleware`](crate::App::middleware) takes: one of ours, an async fn of a request and what
/// comes [`Next`](super::Next), or any tower layer
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no middleware",
    label = "neither one of Fastrail's nor an async fn nor a tower layer that fits",
    note = "a fn: `async fn name(request: Request, next: Next) -> Response` (or `Result<Response>`); a router's may take up to four dependencies behind `next`",
    note = "a tower layer's service must be `Clone + Send + Sync`, take `Request<Body>`, and never fail (`Error = Infallible`)"
)]
pub trait Middleware<Marker = ()> {
    /// Puts itself into the pipeline
    fn install(self, pipeline: &mut Pipeline);
}

/// Marks the [`Middleware`]s that are tower layers
#[derive(Debug)]
pub struct TowerLayer;

type Wrap = Arc<dyn Fn(Stack) -> Stack + Send + Sync>;

/// Documents what a middleware takes
type Describe = fn(&mut OperationDoc<'_>);

/// What is around an app's routes, or a router's
#[derive(Default)]
pub struct Pipeline {
    pub(crate) outermost: Outermost,
    wraps: Vec<Wrap>,
    needs: Vec<Describe>,
    problems: Vec<String>,
}

impl Pipeline {
    /// Says why the app must not start, such as CORS for everyone with credentials
    pub fn refuse(&mut self, problem: impl Into<String>) {
        self.problems.push(problem.into());
    }

    /// Puts a tower layer around what is there
    pub fn layer<L>(&mut self, layer: L)
    where
        L: Layer<Stack> + Send + Sync + 'static,
        L::Service: Service<http::Request<Body>, Error = Infallible> + Clone + Send + Sync + 'static,
        <L::Service as Service<http::Request<Body>>>::Response: IntoResponse,
        <L::Service as Service<http::Request<Body>>>::Future: Send,
    {
        self.wrap_with(move |inner| Stack::new(layer.layer(inner)));
    }

    pub(super) fn wrap_with(&mut self, wrap: impl Fn(Stack) -> Stack + Send + Sync + 'static) {
        self.wraps.push(Arc::new(wrap));
    }

    pub(super) fn needs(&mut self, describe: Describe) {
        self.needs.push(describe);
    }

    /// Says that no middleware can take dependencies here, where the operation is not known yet
    pub(crate) fn refuse_needs(&mut self) {
        if !self.needs.is_empty() {
            self.needs.clear();
            self.refuse(
                "a middleware that takes dependencies, or sheds load, stands around operations, which the app's do not know \
                 yet: call `Router::middleware`",
            );
        }
    }

    /// Makes of what stands outermost around an app what a router can have
    pub(crate) fn inside(&mut self) {
        let outermost = std::mem::take(&mut self.outermost);
        if outermost.security_headers.is_some() {
            self.refuse("`SecurityHeaders` stand around the whole app: call `App::middleware`");
        }
        if outermost.cors.is_some() {
            self.refuse("`Cors` stands around the whole app, which answers preflights: call `App::middleware`");
        }
        #[cfg(feature = "compression")]
        if let Some(compression) = outermost.compression {
            self.layer(compression.0);
        }
    }

    /// Documents what the middlewares take, the outermost one's first
    pub(crate) fn describe(&self, doc: &mut OperationDoc<'_>) {
        self.needs.iter().rev().for_each(|describe| describe(doc));
    }

    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.wraps.is_empty()
    }

    /// Puts the layers around `core`
    pub(crate) fn wrap(&self, core: Stack) -> Stack {
        self.wraps.iter().fold(core, |stack, wrap| wrap(stack))
    }
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipeline").field("layers", &self.wraps.len()).finish_non_exhaustive()
    }
}

impl<L> Middleware<TowerLayer> for L
where
    L: Layer<Stack> + Send + Sync + 'static,
    L::Service: Service<http::Request<Body>, Error = Infallible> + Clone + Send + Sync + 'static,
    <L::Service as Service<http::Request<Body>>>::Response: IntoResponse,
    <L::Service as Service<http::Request<Body>>>::Future: Send,
{
    fn install(self, pipeline: &mut Pipeline) {
        pipeline.layer(self);
    }
}

type Handler = dyn Fn(http::Request<Body>) -> BoxFuture<'static, Response> + Send + Sync;

/// The app as a tower service, with the layers so far around it; cloning it is cheap
#[derive(Clone)]
pub struct Stack(Arc<Handler>);

impl Stack {
    /// A service as a stack
    pub fn new<S>(service: S) -> Self
    where
        S: Service<http::Request<Body>, Error = Infallible> + Clone + Send + Sync + 'static,
        S::Response: IntoResponse,
        S::Future: Send,
    {
        Self(Arc::new(move |request| {
            let service = service.clone();
            Box::pin(async move {
                match service.oneshot(request).await {
                    Ok(response) => response.into_response(),
                    Err(never) => match never {},
                }
            })
        }))
    }

    /// A handler as a stack
    pub(crate) fn of(
        handler: impl Fn(http::Request<Body>) -> BoxFuture<'static, Response> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(handler))
    }

    pub(crate) fn respond(&self, request: http::Request<Body>) -> BoxFuture<'static, Response> {
        (self.0)(request)
    }
}

impl Service<http::Request<Body>> for Stack {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let response = self.respond(request);
        Box::pin(async move { Ok(response.await) })
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stack")
    }
}
