//! Routers: a prefix, tags and dependencies for a group of operations, nested as needed.

use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use axum_core::response::IntoResponse;
use http::StatusCode;

use super::mount::{FlatMount, Inside, Mountable, route_of};
use super::{Route, RouteLimits, Timeout};
use crate::dependency::DynProvider;
use crate::error::{ApiError, Error, ErrorAnswers, ErrorFormat};
use crate::middleware::{Middleware, Pipeline, Stack};
use crate::openapi::{Additions, ResponseDoc, StatusKey};
use crate::request::OwnedRequestInfo;
use crate::static_files::{Files, Frontend, StaticFiles};

/// A group of operations under one prefix
///
/// ```
/// use fastrail::prelude::*;
///
/// #[get("/")]
/// async fn list_items() -> Vec<String> {
///     vec![]
/// }
///
/// let items = Router::new("/items").tags(["items"]).include(routes![list_items]);
/// let api = Router::new("/api/v1").include(items);
/// ```
#[derive(Default)]
pub struct Router {
    prefix: String,
    tags: Vec<String>,
    dependencies: Vec<Arc<DynProvider>>,
    deprecated: bool,
    hidden: bool,
    pipeline: Pipeline,
    additions: Additions,
    errors: ErrorAnswers,
    limits: RouteLimits,
    entries: Vec<Entry>,
}

enum Entry {
    Route(Route),
    Router(Box<Router>),
    Mount(String, Inside, &'static Location<'static>),
}

impl Router {
    /// A router whose operations live below `prefix`, such as `/api/v1`; `""` adds nothing
    pub fn new(prefix: impl Into<String>) -> Self {
        Self { prefix: prefix.into(), ..Self::default() }
    }

    /// Adds operations (`routes![…]`) or another router
    #[must_use]
    pub fn include(mut self, included: impl Include) -> Self {
        included.include_into(&mut self);
        self
    }

    /// Puts every operation of this router into these groups
    #[must_use]
    pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.tags.extend(tags.into_iter().map(Into::into));
        self
    }

    /// Runs dependencies for their effect before every operation and everything that is mounted, files too:
    /// `depends![verify_token, requires("users:read")]`
    ///
    /// What they take and answer is documented at each operation. The body of a request for what is mounted is not
    /// theirs to take.
    #[must_use]
    pub fn depends(mut self, dependencies: impl IntoIterator<Item = DynProvider>) -> Self {
        self.dependencies.extend(dependencies.into_iter().map(Arc::new));
        self
    }

    /// Marks every operation as deprecated
    #[must_use]
    pub fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    /// Leaves every operation out of the document
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// Documents an answer of every operation: `response(403, "Not yours")`, `response("5XX", ResponseDoc::json::<Oops>())`
    ///
    /// An inner router's or an operation's own answer of the same status takes its place.
    #[must_use]
    pub fn response(mut self, status: impl Into<StatusKey>, response: impl Into<ResponseDoc>) -> Self {
        self.additions = self.additions.response(status, response);
        self
    }

    /// Documents requests that the API makes because of any of these operations: `callbacks(routes![…])`
    #[must_use]
    pub fn callbacks(mut self, routes: Vec<Route>) -> Self {
        self.additions = self.additions.callbacks(routes);
        self
    }

    /// Sets the shape of every error of these operations, such as [`ProblemDetails`](crate::ProblemDetails)
    ///
    /// Handlers that the app or an outer router has set do not count below: the nearest choice wins. What no operation
    /// answers (404, 405) has the app's shape.
    #[must_use]
    pub fn errors(mut self, format: impl ErrorFormat) -> Self {
        self.errors.set_format(Arc::new(format));
        self
    }

    /// Answers one error type of these operations in a way of its own; see [`App::on_error`](crate::App::on_error)
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

    /// Answers one status of these operations in a way of its own; see [`App::on_status`](crate::App::on_status)
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

    /// Answers every error of these operations in a way of its own, unless it has a handler by its type or its status
    ///
    /// [`Error::is_validation`] tells a request that does not fit, [`Error::validation_errors`] why.
    #[must_use]
    pub fn on_any_error<F, Fut, R>(mut self, handler: F) -> Self
    where
        F: Fn(Error, OwnedRequestInfo) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = R> + Send + 'static,
        R: IntoResponse,
    {
        self.errors.handle_any(handler);
        self
    }

    /// Sets the longest body of these operations, in bytes; a longer one is 413. Default:
    /// [`Limits::max_body_bytes`](crate::Limits::max_body_bytes)
    ///
    /// An operation's own `max_body_bytes`, or an inner router's, goes before it.
    #[must_use]
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.limits.max_body_bytes = Some(bytes);
        self
    }

    /// Sets how long these operations may take until their answer's head; then it is 503 with `Retry-After`. `None`: as
    /// long as they like. Default: [`Limits::request_timeout`](crate::Limits::request_timeout)
    ///
    /// An operation's own `timeout`, or an inner router's, goes before it. WebSockets, and what is mounted, have none.
    #[must_use]
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.limits.timeout = Some(timeout.into().map_or(Timeout::Never, Timeout::After));
        self
    }

    /// Wraps a middleware around every operation and mount of this router: one of ours, an async fn, or any tower layer
    ///
    /// It runs after routing, inside the app's middlewares and those of the routers around; within one router the last
    /// one added is the outermost. A 404 or 405 does not reach it. An async fn may take dependencies, which are then
    /// those of the operation: made once, and documented there.
    #[must_use]
    pub fn middleware<M>(mut self, middleware: impl Middleware<M>) -> Self {
        middleware.install(&mut self.pipeline);
        self.pipeline.inside();
        self
    }

    /// Hands everything below `path` to another [`App`](crate::App) or to a tower service, such as an `axum::Router`; it
    /// sees the path without the prefix
    ///
    /// A mounted app has its own document, docs, errors, state and middlewares; its lifespan runs with this one's. An
    /// operation below `path` goes first. The path has no placeholders.
    #[must_use]
    #[track_caller]
    pub fn mount<M>(mut self, path: impl Into<String>, mounted: impl Mountable<M>) -> Self {
        self.entries.push(Entry::Mount(path.into(), mounted.into_mounting().0, Location::caller()));
        self
    }

    /// Serves the files of a directory below `path`: [`StaticFiles`], or the directory itself
    #[must_use]
    #[track_caller]
    pub fn static_files(mut self, path: impl Into<String>, files: impl Into<StaticFiles>) -> Self {
        let files = Arc::new(Files::Static(files.into()));
        self.entries.push(Entry::Mount(path.into(), Inside::Files(files), Location::caller()));
        self
    }

    /// Serves a built front-end below `path`: [`Frontend`], or the directory itself
    ///
    /// Operations go first, on `path` itself too.
    #[must_use]
    #[track_caller]
    pub fn frontend(mut self, path: impl Into<String>, frontend: impl Into<Frontend>) -> Self {
        let files = Arc::new(Files::Frontend(frontend.into()));
        self.entries.push(Entry::Mount(path.into(), Inside::Files(files), Location::caller()));
        self
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("prefix", &self.prefix)
            .field("entries", &self.entries.len())
            .finish_non_exhaustive()
    }
}

/// What can be included in a router: routes and routers
pub trait Include {
    /// Adds itself
    fn include_into(self, router: &mut Router);
}

impl Include for Vec<Route> {
    fn include_into(self, router: &mut Router) {
        router.entries.extend(self.into_iter().map(Entry::Route));
    }
}

impl Include for Router {
    fn include_into(self, router: &mut Router) {
        router.entries.push(Entry::Router(Box::new(self)));
    }
}

/// A route with everything that the routers around it add
pub(crate) struct FlatRoute {
    pub(crate) route: Route,
    pub(crate) path: String,
    pub(crate) tags: Vec<String>,
    pub(crate) dependencies: Vec<Arc<DynProvider>>,
    pub(crate) deprecated: bool,
    pub(crate) hidden: bool,
    /// The middlewares of the routers around it, outermost first
    pub(crate) pipelines: Vec<Arc<Pipeline>>,
    pub(crate) additions: Additions,
    pub(crate) limits: RouteLimits,
    pub(crate) errors: Arc<ErrorAnswers>,
}

impl FlatRoute {
    /// A route that no router holds
    pub(crate) fn alone(route: Route, errors: Arc<ErrorAnswers>) -> Self {
        Self {
            route,
            path: String::new(),
            tags: Vec::new(),
            dependencies: Vec::new(),
            deprecated: false,
            hidden: true,
            pipelines: Vec::new(),
            additions: Additions::default(),
            limits: RouteLimits::default(),
            errors,
        }
    }
}

/// What a router hands down to what it holds
#[derive(Clone, Default)]
struct Inherited {
    prefix: String,
    tags: Vec<String>,
    dependencies: Vec<Arc<DynProvider>>,
    deprecated: bool,
    hidden: bool,
    pipelines: Vec<Arc<Pipeline>>,
    additions: Additions,
    limits: RouteLimits,
    errors: Arc<ErrorAnswers>,
}

/// A tree of routers, flat
#[derive(Default)]
pub(crate) struct Flat {
    pub(crate) routes: Vec<FlatRoute>,
    /// With their whole paths
    pub(crate) mounts: Vec<FlatMount>,
    /// How what belongs to no operation is answered
    pub(crate) errors: Arc<ErrorAnswers>,
    /// Why the app must not start
    pub(crate) problems: Vec<String>,
}

/// Flattens a tree of routers
pub(crate) fn flatten(root: Router) -> Flat {
    let mut flat = Flat { errors: Arc::new(root.errors.clone()), ..Flat::default() };
    walk(root, &Inherited::default(), &mut flat);
    flat
}

fn walk(router: Router, above: &Inherited, flat: &mut Flat) {
    let mut here = above.clone();
    here.prefix = join_path(&above.prefix, &router.prefix);
    here.dependencies.extend(router.dependencies);
    here.deprecated |= router.deprecated;
    here.hidden |= router.hidden;
    here.additions = here.additions.under(router.additions);
    here.limits = router.limits.within(here.limits);
    if !router.errors.is_empty() {
        here.errors = Arc::new(router.errors.over(&here.errors));
    }
    merge_tags(&mut here.tags, router.tags);
    flat.problems.extend_from_slice(router.pipeline.problems());
    if !router.pipeline.is_empty() {
        here.pipelines.push(Arc::new(router.pipeline));
    }
    for entry in router.entries {
        match entry {
            Entry::Router(inner) => walk(*inner, &here, flat),
            Entry::Mount(path, inside, place) => {
                let path = join_path(&here.prefix, &path);
                let route = route_of(&inside);
                let around = FlatRoute {
                    route,
                    path: format!("{}/{{*path}}", path.trim_end_matches('/')),
                    tags: Vec::new(),
                    dependencies: here.dependencies.clone(),
                    deprecated: false,
                    hidden: true,
                    pipelines: here.pipelines.clone(),
                    additions: Additions::default(),
                    limits: RouteLimits::of(route.meta, here.limits),
                    errors: Arc::clone(&here.errors),
                };
                flat.mounts.push(FlatMount { path, inside, around, place });
            }
            Entry::Route(route) => {
                let mut tags = here.tags.clone();
                merge_tags(&mut tags, route.meta.tags.iter().map(|tag| (*tag).to_owned()));
                flat.routes.push(FlatRoute {
                    route,
                    path: join_path(&here.prefix, route.meta.path),
                    tags,
                    dependencies: here.dependencies.clone(),
                    deprecated: here.deprecated || route.meta.deprecated,
                    hidden: here.hidden || route.meta.hidden,
                    pipelines: here.pipelines.clone(),
                    additions: match route.meta.additions {
                        Some(additions) => here.additions.clone().under(additions()),
                        None => here.additions.clone(),
                    },
                    limits: RouteLimits::of(route.meta, here.limits),
                    errors: match route.meta.errors {
                        Some(format) => Arc::new(ErrorAnswers::of(format())),
                        None => Arc::clone(&here.errors),
                    },
                });
            }
        }
    }
}

/// The middlewares of routers around what is inside; `None` when there are none
pub(crate) fn wrapped(pipelines: &[Arc<Pipeline>], core: impl FnOnce() -> Stack) -> Option<Stack> {
    if pipelines.is_empty() {
        return None;
    }
    Some(pipelines.iter().rev().fold(core(), |stack, pipeline| pipeline.wrap(stack)))
}

fn merge_tags(tags: &mut Vec<String>, more: impl IntoIterator<Item = String>) {
    for tag in more {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
}

/// `/api` + `/items` → `/api/items`; `/api` + `` → `/api`; never a double slash
pub(crate) fn join_path(prefix: &str, path: &str) -> String {
    format!("{}{path}", prefix.trim_end_matches('/'))
}
