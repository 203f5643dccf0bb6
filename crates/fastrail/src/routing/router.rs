//! Routers: a prefix, tags and dependencies for a group of operations, nested as needed.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use axum_core::response::IntoResponse;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt};

use super::Route;
use crate::dependency::DynProvider;
use crate::request::Body;

/// A tower service that answers everything below a path
pub(crate) type Mount =
    BoxCloneSyncService<http::Request<Body>, axum_core::response::Response, std::convert::Infallible>;

/// Where a service is mounted, and which line did it
pub(crate) struct MountPoint {
    pub(crate) path: String,
    pub(crate) service: Mount,
    pub(crate) place: &'static Location<'static>,
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
    entries: Vec<Entry>,
}

enum Entry {
    Route(Route),
    Router(Router),
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

    /// Hands everything below `path` to a tower service, such as an `axum::Router`; it sees the path without the prefix
    ///
    /// An operation below `path` goes first. The path has no placeholders.
    #[must_use]
    #[track_caller]
    pub fn mount<S, R>(mut self, path: impl Into<String>, service: S) -> Self
    where
        S: Service<http::Request<Body>, Response = R, Error = std::convert::Infallible> + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
        R: IntoResponse + 'static,
    {
        let service = BoxCloneSyncService::new(service.map_response(IntoResponse::into_response));
        self.entries.push(Entry::Mount(MountPoint { path: path.into(), service, place: Location::caller() }));
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
        router.entries.push(Entry::Router(self));
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
}

/// What a router hands down to what it holds
#[derive(Clone, Default)]
struct Inherited {
    prefix: String,
    tags: Vec<String>,
    dependencies: Vec<Arc<DynProvider>>,
    deprecated: bool,
    hidden: bool,
}

/// Flattens a tree of routers: the routes, and the mounts with their whole paths
pub(crate) fn flatten(root: Router) -> (Vec<FlatRoute>, Vec<MountPoint>) {
    let mut flat = (Vec::new(), Vec::new());
    walk(root, &Inherited::default(), &mut flat);
    flat
}

fn walk(router: Router, above: &Inherited, flat: &mut (Vec<FlatRoute>, Vec<MountPoint>)) {
    let mut here = above.clone();
    here.prefix = join_path(&above.prefix, &router.prefix);
    here.dependencies.extend(router.dependencies);
    here.deprecated |= router.deprecated;
    here.hidden |= router.hidden;
    merge_tags(&mut here.tags, router.tags);
    for entry in router.entries {
        match entry {
            Entry::Router(inner) => walk(inner, &here, flat),
            Entry::Mount(mount) => flat.1.push(MountPoint { path: join_path(&here.prefix, &mount.path), ..mount }),
            Entry::Route(route) => {
                let mut tags = here.tags.clone();
                merge_tags(&mut tags, route.meta.tags.iter().map(|tag| (*tag).to_owned()));
                flat.0.push(FlatRoute {
                    route,
                    path: join_path(&here.prefix, route.meta.path),
                    tags,
                    dependencies: here.dependencies.clone(),
                    deprecated: here.deprecated || route.meta.deprecated,
                    hidden: here.hidden || route.meta.hidden,
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
