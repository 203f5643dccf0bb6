//! The application: what is declared, what is built of it, and how it starts and stops.

mod answering;
mod build;
mod built;
mod document;
mod handle;
mod lifespan;
mod limits;
mod listeners;
mod mounts;
mod pages;
mod shared;
mod shutdown;
mod tasks;

pub(crate) use answering::Handling;
pub use build::BuildError;
pub use built::BuiltApp;
use document::PostProcess;
pub(crate) use handle::AppHandle;
pub use lifespan::Lifespan;
pub use limits::Limits;
pub(crate) use shared::AppShared;
pub use shutdown::Shutdown;
pub(crate) use tasks::Tasks;

use std::fmt;
use std::future::Future;

use axum_core::response::IntoResponse;
use http::StatusCode;

use crate::dependency::{DynProvider, Overrides, StateMap};
use crate::error::{ApiError, Error, ErrorFormat};
use crate::events::Listener;
use crate::middleware::{Middleware, Pipeline};
use crate::observability::Metrics;
use crate::openapi::{DocumentHead, OperationIds};
use crate::rate_limit::RateLimits;
use crate::request::{OwnedRequestInfo, TrustedProxies};
use crate::routing::{Include, Mountable, Route, Router};
use crate::static_files::{Frontend, StaticFiles};
use crate::websocket::WebSockets;
use lifespan::Start;
use pages::DocsPages;

/// An application: routes, dependencies, errors, documents and life
///
/// ```
/// use fastrail::prelude::*;
///
/// /// Says hello
/// #[get("/hello/{name}")]
/// async fn hello(name: String) -> String {
///     format!("Hello {name}")
/// }
///
/// #[fastrail::test]
/// async fn it_greets() {
///     let client = TestClient::new(App::new("Hello", "1.0.0").include(routes![hello])).await;
///     client.get("/hello/you").await.assert_json("Hello you");
/// }
/// # fn main() {}
/// ```
///
/// Defaults: OpenAPI at `/openapi.json`, Swagger UI at `/docs`, ReDoc at `/redoc` (Scalar at `/scalar`, with the feature `scalar`), FastAPI's error shape, request
/// ids, an access log, a panic guard, and bodies of at most 2 MiB.
pub struct App {
    pub(crate) head: DocumentHead,
    pub(crate) operation_ids: OperationIds,
    pub(crate) webhooks: Vec<Route>,
    pub(crate) post_process: Vec<PostProcess>,
    pub(crate) root: Router,
    pub(crate) state: StateMap,
    pub(crate) listeners: Vec<Listener>,
    #[cfg(feature = "redis")]
    pub(crate) events: Option<crate::events::RedisStreams>,
    pub(crate) rate_limits: RateLimits,
    #[cfg(feature = "cache")]
    pub(crate) cache: Option<crate::Cache>,
    #[cfg(feature = "http-client")]
    pub(crate) http_client: Option<crate::HttpClient>,
    pub(crate) metrics: Option<Metrics>,
    pub(crate) lifespans: Vec<Start>,
    pub(crate) overrides: Overrides,
    pub(crate) limits: Limits,
    pub(crate) websockets: WebSockets,
    pub(crate) proxies: TrustedProxies,
    pub(crate) pages: DocsPages,
    pub(crate) root_path: String,
    pub(crate) root_path_in_servers: bool,
    pub(crate) redirect_slashes: bool,
    pub(crate) strict_content_type: bool,
    pub(crate) pipeline: Pipeline,
}

impl App {
    /// An application with a title and a version of its API
    pub fn new(title: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            head: DocumentHead::new(title.into(), version.into()),
            operation_ids: OperationIds::default(),
            webhooks: Vec::new(),
            post_process: Vec::new(),
            root: Router::default(),
            state: StateMap::default(),
            listeners: Vec::new(),
            #[cfg(feature = "redis")]
            events: None,
            rate_limits: RateLimits::default(),
            #[cfg(feature = "cache")]
            cache: None,
            #[cfg(feature = "http-client")]
            http_client: None,
            metrics: None,
            lifespans: Vec::new(),
            overrides: Overrides::default(),
            limits: Limits::default(),
            websockets: WebSockets::default(),
            proxies: TrustedProxies::default(),
            pages: DocsPages::default(),
            root_path: String::new(),
            root_path_in_servers: true,
            redirect_slashes: true,
            strict_content_type: true,
            pipeline: Pipeline::default(),
        }
    }

    /// Adds operations (`routes![…]`) or a router
    #[must_use]
    pub fn include(mut self, included: impl Include) -> Self {
        self.root = self.root.include(included);
        self
    }

    /// Runs dependencies for their effect before every operation; see [`Router::depends`]
    #[must_use]
    pub fn depends(mut self, dependencies: impl IntoIterator<Item = DynProvider>) -> Self {
        self.root = self.root.depends(dependencies);
        self
    }

    /// Hands everything below `path` to another app or to a tower service, such as an `axum::Router`; see
    /// [`Router::mount`]
    #[must_use]
    #[track_caller]
    pub fn mount<M>(mut self, path: impl Into<String>, mounted: impl Mountable<M>) -> Self {
        self.root = self.root.mount(path, mounted);
        self
    }

    /// Serves the files of a directory below `path`; see [`StaticFiles`]
    #[must_use]
    #[track_caller]
    pub fn static_files(mut self, path: impl Into<String>, files: impl Into<StaticFiles>) -> Self {
        self.root = self.root.static_files(path, files);
        self
    }

    /// Serves a built front-end below `path`; see [`Frontend`]
    #[must_use]
    #[track_caller]
    pub fn frontend(mut self, path: impl Into<String>, frontend: impl Into<Frontend>) -> Self {
        self.root = self.root.frontend(path, frontend);
        self
    }

    /// Holds a value for [`State`](crate::State) arguments, found by its type
    #[must_use]
    pub fn state<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.state.insert(value);
        self
    }

    /// Sets how its [limits](crate::rate_limit) count, or switches them off
    #[must_use]
    pub fn rate_limits(mut self, limits: RateLimits) -> Self {
        self.rate_limits = limits;
        self
    }

    /// Sets where [answers and values](crate::cache) are kept. Default: 32 MiB in this process
    #[cfg(feature = "cache")]
    #[must_use]
    pub fn cache(mut self, cache: crate::Cache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Sets how operations [call other servers](crate::http_client). Default: [`HttpClient::new`](crate::HttpClient::new)
    #[cfg(feature = "http-client")]
    #[must_use]
    pub fn http_client(mut self, client: crate::HttpClient) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Counts requests and what else the app does; see [`Metrics`]. Apps that are mounted count with it
    #[must_use]
    pub fn metrics(mut self, metrics: Metrics) -> Self {
        self.state.insert(metrics.clone());
        self.metrics = Some(metrics);
        self
    }

    /// Adds what hears events: `listeners![greet, count]`; see [`events`](crate::events)
    #[must_use]
    pub fn listeners(mut self, listeners: impl IntoIterator<Item = Listener>) -> Self {
        self.listeners.extend(listeners);
        self
    }

    /// Shares events with the other instances of the app, and keeps them until they are heard; see
    /// [`RedisStreams`](crate::events::RedisStreams)
    #[cfg(feature = "redis")]
    #[must_use]
    pub fn events(mut self, streams: crate::events::RedisStreams) -> Self {
        self.events = Some(streams);
        self
    }

    /// Runs an async fn before the first request; what it registers with
    /// [`Lifespan::on_shutdown`] runs after the last. Several run in the order of these calls
    #[must_use]
    pub fn lifespan<F, Fut, E>(mut self, start: F) -> Self
    where
        F: FnOnce(Lifespan) -> Fut + Send + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.lifespans.push(lifespan::boxed(start));
        self
    }

    /// Replaces a dependency or a state, by type, wherever it is taken; for tests
    ///
    /// ```
    /// # use fastrail::prelude::*;
    /// # #[derive(Clone)] struct Pool;
    /// # fn app() -> App { App::new("Shop", "1.0.0") }
    /// let app = app().override_dependency(|| async { Ok(Pool) });
    /// ```
    #[must_use]
    pub fn override_dependency<T, F, Fut>(mut self, make: F) -> Self
    where
        T: Clone + Send + 'static,
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, Error>> + Send + 'static,
    {
        self.overrides.set(make);
        self
    }

    /// Sets the shape of every error, such as [`ProblemDetails`](crate::ProblemDetails)
    #[must_use]
    pub fn errors(mut self, format: impl ErrorFormat) -> Self {
        self.root = self.root.errors(format);
        self
    }

    /// Answers one error type in a way of its own
    #[must_use]
    pub fn on_error<E, F, Fut, R>(mut self, handler: F) -> Self
    where
        E: ApiError,
        F: Fn(E, OwnedRequestInfo) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = R> + Send + 'static,
        R: IntoResponse,
    {
        self.root = self.root.on_error(handler);
        self
    }

    /// Answers one status in a way of its own, whatever error it came from
    #[must_use]
    pub fn on_status<F, Fut, R>(mut self, status: StatusCode, handler: F) -> Self
    where
        F: Fn(Error, OwnedRequestInfo) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = R> + Send + 'static,
        R: IntoResponse,
    {
        self.root = self.root.on_status(status, handler);
        self
    }

    /// Answers every error of the app in a way of its own, unless it has a handler by its type or its status
    ///
    /// [`Error::is_validation`] tells a request that does not fit, [`Error::validation_errors`] why.
    #[must_use]
    pub fn on_any_error<F, Fut, R>(mut self, handler: F) -> Self
    where
        F: Fn(Error, OwnedRequestInfo) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = R> + Send + 'static,
        R: IntoResponse,
    {
        self.root = self.root.on_any_error(handler);
        self
    }

    /// Wraps a middleware around everything so far: one of ours, an async fn of a request and what comes
    /// [`Next`](crate::middleware::Next), or any tower layer
    ///
    /// The last one added is the outermost. The request id, the access log, the panic guard and the security headers
    /// are always outside of all.
    #[must_use]
    pub fn middleware<M>(mut self, middleware: impl Middleware<M>) -> Self {
        middleware.install(&mut self.pipeline);
        self.pipeline.refuse_needs();
        self
    }

    /// Whether a JSON body must be declared by its `Content-Type`. Default: yes, since a page of another site can send a
    /// body without one and no CORS check; off, one that has none at all is read as JSON
    #[must_use]
    pub fn strict_content_type(mut self, strict: bool) -> Self {
        self.strict_content_type = strict;
        self
    }

    /// Sets what a request may cost
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets what a WebSocket may cost, and which pages may open one
    #[must_use]
    pub fn websockets(mut self, settings: WebSockets) -> Self {
        self.websockets = settings;
        self
    }

    /// Sets the proxies in front of the app, by default none: what they say of a request (`Forwarded`, `X-Forwarded-*`)
    /// counts, see [`RequestInfo::client_addr`](crate::RequestInfo::client_addr)
    ///
    /// ```
    /// use fastrail::{App, TrustedProxies};
    ///
    /// let proxies = TrustedProxies::parse(["10.0.0.0/8", "unix"])?;
    /// let app = App::new("Shop", "1.0.0").trusted_proxies(proxies);
    /// # Ok::<(), String>(())
    /// ```
    #[must_use]
    pub fn trusted_proxies(mut self, proxies: TrustedProxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// The path under which a proxy serves the app, such as `/api/v1`: it is the first of the document's servers, and a
    /// request that still has it is understood as well
    #[must_use]
    pub fn root_path(mut self, path: impl Into<String>) -> Self {
        self.root_path = path.into().trim_end_matches('/').to_owned();
        self
    }

    /// Whether [`root_path`](Self::root_path) is one of the document's servers. Default: yes
    #[must_use]
    pub fn root_path_in_servers(mut self, listed: bool) -> Self {
        self.root_path_in_servers = listed;
        self
    }

    /// Whether `/items/` is sent to `/items`, and `/items` to `/items/`, where only the other one is a path: 307, which
    /// keeps the method and the body. Default: yes, as in FastAPI
    #[must_use]
    pub fn redirect_slashes(mut self, redirect: bool) -> Self {
        self.redirect_slashes = redirect;
        self
    }

    /// Changes Swagger UI's page: its parameters, `initOAuth`, hosts that it may talk to
    ///
    /// ```
    /// use fastrail::prelude::*;
    ///
    /// let app = App::new("Shop", "1.0.0").swagger_ui(|page| page.parameter("syntaxHighlight", false));
    /// ```
    #[cfg(feature = "docs")]
    #[must_use]
    pub fn swagger_ui(
        mut self,
        change: impl Fn(crate::docs::SwaggerUi) -> crate::docs::SwaggerUi + Send + Sync + 'static,
    ) -> Self {
        self.pages.change_swagger_ui = Some(std::sync::Arc::new(change));
        self
    }

    /// Flattens the routers, checks the routes and writes the document
    ///
    /// # Errors
    /// Everything that is wrong with the routes, each with its place.
    pub fn build(self) -> Result<BuiltApp, BuildError> {
        build::build(self)
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("title", &self.head.info.title).field("root", &self.root).finish_non_exhaustive()
    }
}
