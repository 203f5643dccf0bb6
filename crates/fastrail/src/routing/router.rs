//! Routers: a prefix, tags and dependencies for a group of operations, nested as needed.

use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use axum_core::response::IntoResponse;
use http::StatusCode;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt};

use super::Route;
use crate::dependency::DynProvider;
use crate::error::{ApiError, Error, ErrorAnswers, ErrorFormat};
use crate::openapi::{Additions, ResponseDoc, StatusKey};
use crate::request::{Body, OwnedRequestInfo};
use crate::static_files::{Files, Frontend, SharedFiles, StaticFiles};

/// A tower service that answers everything below a path
pub(crate) type Mount =
    BoxCloneSyncService<http::Request<Body>, axum_core::response::Response, std::convert::Infallible>;

/// What answers below a path
#[derive(Clone)]
pub(crate) enum Mounted {
    Service(Mount),
    Files(SharedFiles),
}

/// Where a service is mounted, and which line did it
pub(crate) struct MountPoint {
    pub(crate) path: String,
    pub(crate) target: Mounted,
    pub(crate) place: &'static Location<'static>,
}

impl MountPoint {
    /// Why the app must not start
    pub(crate) fn problem(&self) -> Option<String> {
        let Mounted::Files(files) = &self.target else { return None };
        files.problem().map(|problem| format!("{problem} (mounted at `{}`, {})", self.path, self.place))
    }

    /// Whether operations on the same paths are meant to win
    pub(crate) fn yields(&self) -> bool {
        matches!(&self.target, Mounted::Files(files) if files.yields())
    }
}

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
    additions: Additions,
    errors: ErrorAnswers,
    entries: Vec<Entry>,
}

enum Entry {
    Route(Route),
    Router(Box<Router>),
    Mount(MountPoint),
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

    /// Runs dependencies for their effect before every operation: `depends![verify_token, requires("users:read")]`
    ///
    /// What they take and answer is documented at each operation.
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

    /// Hands everything below `path` to a tower service, such as an `axum::Router`; it sees the path without the prefix
    ///
    /// An operation below `path` goes first. The path has no placeholders.
    #[must_use]
    #[track_caller]
    pub fn mount<S, R>(self, path: impl Into<String>, service: S) -> Self
    where
        S: Service<http::Request<Body>, Response = R, Error = std::convert::Infallible> + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
        R: IntoResponse + 'static,
    {
        let service = BoxCloneSyncService::new(service.map_response(IntoResponse::into_response));
        self.mount_at(path.into(), Mounted::Service(service), Location::caller())
    }

    /// Serves the files of a directory below `path`: [`StaticFiles`], or the directory itself
    #[must_use]
    #[track_caller]
    pub fn static_files(self, path: impl Into<String>, files: impl Into<StaticFiles>) -> Self {
        let files = Arc::new(Files::Static(files.into()));
        self.mount_at(path.into(), Mounted::Files(files), Location::caller())
    }

    /// Serves a built front-end below `path`: [`Frontend`], or the directory itself
    ///
    /// Operations go first, on `path` itself too.
    #[must_use]
    #[track_caller]
    pub fn frontend(self, path: impl Into<String>, frontend: impl Into<Frontend>) -> Self {
        let files = Arc::new(Files::Frontend(frontend.into()));
        self.mount_at(path.into(), Mounted::Files(files), Location::caller())
    }

    fn mount_at(mut self, path: String, target: Mounted, place: &'static Location<'static>) -> Self {
        self.entries.push(Entry::Mount(MountPoint { path, target, place }));
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
    pub(crate) additions: Additions,
    pub(crate) errors: Arc<ErrorAnswers>,
}

/// What a router hands down to what it holds
#[derive(Clone, Default)]
struct Inherited {
    prefix: String,
    tags: Vec<String>,
    dependencies: Vec<Arc<DynProvider>>,
    deprecated: bool,
    hidden: bool,
    additions: Additions,
    errors: Arc<ErrorAnswers>,
}

/// A tree of routers, flat
#[derive(Default)]
pub(crate) struct Flat {
    pub(crate) routes: Vec<FlatRoute>,
    /// With their whole paths
    pub(crate) mounts: Vec<MountPoint>,
    /// How what belongs to no operation is answered
    pub(crate) errors: Arc<ErrorAnswers>,
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
    if !router.errors.is_empty() {
        here.errors = Arc::new(router.errors.over(&here.errors));
    }
    merge_tags(&mut here.tags, router.tags);
    for entry in router.entries {
        match entry {
            Entry::Router(inner) => walk(*inner, &here, flat),
            Entry::Mount(mount) => flat.mounts.push(MountPoint { path: join_path(&here.prefix, &mount.path), ..mount }),
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
                    additions: match route.meta.additions {
                        Some(additions) => here.additions.clone().under(additions()),
                        None => here.additions.clone(),
                    },
                    errors: match route.meta.errors {
                        Some(format) => Arc::new(ErrorAnswers::of(format())),
                        None => Arc::clone(&here.errors),
                    },
                });
            }
        }
    }
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
