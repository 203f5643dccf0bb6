//! The application: what is declared, what is built of it, and how it starts and stops.

mod build;
mod handle;
mod lifespan;
mod limits;
mod pages;
mod serve;
mod tasks;

pub(crate) use build::AppShared;
pub use build::{BuildError, BuiltApp};
pub(crate) use handle::AppHandle;
pub use lifespan::Lifespan;
pub use limits::Limits;
pub use serve::{Serve, serve};
pub(crate) use tasks::Tasks;

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use axum_core::response::IntoResponse;
use http::StatusCode;

use crate::dependency::{DynProvider, Overrides, StateMap};
use crate::error::{ApiError, Error, ErrorAnswers, ErrorFormat};
use crate::middleware::{Middleware, Pipeline};
use crate::openapi::{Contact, Info, License, Server, Tag};
use crate::request::{Body, OwnedRequestInfo};
use crate::routing::{Include, Router};
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
/// Defaults: OpenAPI at `/openapi.json`, Swagger UI at `/docs`, ReDoc at `/redoc`, FastAPI's error shape, request
/// ids, an access log, a panic guard, and bodies of at most 2 MiB.
pub struct App {
    pub(crate) info: Info,
    pub(crate) servers: Vec<Server>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) root: Router,
    pub(crate) state: StateMap,
    pub(crate) lifespans: Vec<Start>,
    pub(crate) overrides: Overrides,
    pub(crate) errors: ErrorAnswers,
    pub(crate) limits: Limits,
    pub(crate) pages: DocsPages,
    pub(crate) pipeline: Pipeline,
}

impl App {
    /// An application with a title and a version of its API
    pub fn new(title: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            info: Info {
                title: title.into(),
                summary: None,
                description: None,
                terms_of_service: None,
                contact: None,
                license: None,
                version: version.into(),
            },
            servers: Vec::new(),
            tags: Vec::new(),
            root: Router::default(),
            state: StateMap::default(),
            lifespans: Vec::new(),
            overrides: Overrides::default(),
            errors: ErrorAnswers::default(),
            limits: Limits::default(),
            pages: DocsPages::default(),
            pipeline: Pipeline::default(),
        }
    }

    /// One line about the API
    #[must_use]
    pub fn summary(mut self, summary: impl Into<String>) -> Self {
        self.info.summary = Some(summary.into());
        self
    }

    /// More about the API, in Markdown
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.info.description = Some(description.into());
        self
    }

    /// The URL of the terms of service
    #[must_use]
    pub fn terms_of_service(mut self, url: impl Into<String>) -> Self {
        self.info.terms_of_service = Some(url.into());
        self
    }

    /// Whom to ask
    #[must_use]
    pub fn contact(mut self, contact: Contact) -> Self {
        self.info.contact = Some(contact);
        self
    }

    /// Under which terms
    #[must_use]
    pub fn license(mut self, license: License) -> Self {
        self.info.license = Some(license);
        self
    }

    /// Where the API is served; may be called several times
    #[must_use]
    pub fn server(mut self, server: Server) -> Self {
        self.servers.push(server);
        self
    }

    /// Describes a group of operations; groups stand in the order of these calls
    #[must_use]
    pub fn tag(mut self, name: impl Into<String>, description: impl Into<String>) -> Self {
        self.tags.push(Tag { name: name.into(), description: Some(description.into()) });
        self
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

    /// Hands everything below `path` to a tower service, such as an `axum::Router`; see [`Router::mount`]
    #[must_use]
    #[track_caller]
    pub fn mount<S, R>(mut self, path: impl Into<String>, service: S) -> Self
    where
        S: tower::Service<http::Request<Body>, Response = R, Error = std::convert::Infallible>
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
        R: IntoResponse + 'static,
    {
        self.root = self.root.mount(path, service);
        self
    }

    /// Holds a value for [`State`](crate::State) arguments, found by its type
    #[must_use]
    pub fn state<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.state.insert(value);
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
        self.errors.format = Arc::new(format);
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
        self.errors.handle_type(handler);
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
        self.errors.handle_status(status, handler);
        self
    }

    /// Wraps a middleware around everything so far: one of ours, or any tower layer
    ///
    /// The last one added is the outermost. The request id, the access log, the panic guard and the security headers
    /// are always outside of all.
    #[must_use]
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        middleware.install(&mut self.pipeline);
        self
    }

    /// Sets what a request may cost
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Moves the OpenAPI document, or switches it off with `None`; then the pages are off too
    #[must_use]
    pub fn openapi_url<'a>(mut self, url: impl Into<Option<&'a str>>) -> Self {
        self.pages.openapi = url.into().map(str::to_owned);
        self
    }

    /// Moves Swagger UI, or switches it off with `None`
    #[must_use]
    pub fn docs_url<'a>(mut self, url: impl Into<Option<&'a str>>) -> Self {
        self.pages.swagger_ui = url.into().map(str::to_owned);
        self
    }

    /// Moves ReDoc, or switches it off with `None`
    #[must_use]
    pub fn redoc_url<'a>(mut self, url: impl Into<Option<&'a str>>) -> Self {
        self.pages.redoc = url.into().map(str::to_owned);
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
        f.debug_struct("App").field("title", &self.info.title).field("root", &self.root).finish_non_exhaustive()
    }
}
