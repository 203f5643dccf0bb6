//! A path operation, as its macro lowers it.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum_core::response::Response;
use futures_util::future::BoxFuture;
use http::{Method, StatusCode};

use super::run::run;
use crate::error::{ErrorFormat, Failure};
use crate::openapi::{Additions, OperationDoc};
use crate::request::RequestContext;

/// The fixed facts of one route of an operation
#[derive(Debug)]
pub struct OperationMeta {
    /// The fn's name
    pub name: &'static str,
    /// The method
    pub method: Method,
    /// The path template below the router's prefix: `/items/{item_id}`, `/files/{*path}`
    pub path: &'static str,
    /// The status of a success, when it is not the reply's own
    pub status: Option<StatusCode>,
    /// The groups it stands in
    pub tags: &'static [&'static str],
    /// The first line of the doc comment
    pub summary: Option<&'static str>,
    /// The rest of the doc comment
    pub description: Option<&'static str>,
    /// The operation's id, when it is not the fn's name
    pub operation_id: Option<&'static str>,
    /// Marked as deprecated
    pub deprecated: bool,
    /// Left out of the document
    pub hidden: bool,
    /// A fn without a body: it documents a callback or a webhook, and is never served
    pub documentation_only: bool,
    /// The shape of its errors, when it is not that of its router
    pub errors: Option<fn() -> Arc<dyn ErrorFormat>>,
    /// What the attribute adds to its place in the document
    pub additions: Option<fn() -> Additions>,
    /// Whether it is a WebSocket, which begins as a `GET`
    pub websocket: bool,
    /// The longest body, in bytes, when it is not the app's limit
    pub max_body_bytes: Option<usize>,
    /// How long it may take, when it is not the app's limit
    pub timeout: Option<Timeout>,
    /// Whether its answer is kept, and for how long
    pub cache: Option<CachePolicy>,
    /// Where it is written: `src/items.rs:12`
    pub place: &'static str,
}

impl OperationMeta {
    /// The facts of a listener, which no request reaches
    pub const fn listener(name: &'static str, place: &'static str) -> Self {
        Self {
            name,
            method: Method::GET,
            path: "",
            status: None,
            tags: &[],
            summary: None,
            description: None,
            operation_id: None,
            deprecated: false,
            hidden: true,
            documentation_only: false,
            errors: None,
            additions: None,
            websocket: false,
            max_body_bytes: None,
            timeout: None,
            cache: None,
            place,
        }
    }
}

/// How the answer of an operation is kept: `cache("5m", tags("prices"))`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CachePolicy {
    /// For how long
    pub max_age: Duration,
    /// What lets it count no more
    pub tags: &'static [&'static str],
}

/// How long one operation may take
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeout {
    /// At most so long
    After(Duration),
    /// As long as it likes: it streams, it waits for events
    Never,
}

/// The limits of a route, or of a router's routes
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RouteLimits {
    pub(crate) max_body_bytes: Option<usize>,
    pub(crate) timeout: Option<Timeout>,
}

impl RouteLimits {
    /// With those of what is around where there are none
    pub(crate) fn within(self, outer: Self) -> Self {
        let max_body_bytes = self.max_body_bytes.or(outer.max_body_bytes);
        Self { max_body_bytes, timeout: self.timeout.or(outer.timeout) }
    }

    /// An operation's own, else its routers'; a WebSocket lasts as long as it likes
    pub(crate) fn of(meta: &OperationMeta, outer: Self) -> Self {
        let outer = Self { timeout: outer.timeout.filter(|_| !meta.websocket), ..outer };
        Self { max_body_bytes: meta.max_body_bytes, timeout: meta.timeout }.within(outer)
    }
}

/// A fn that a method attribute has made a path operation; the macro implements it
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no path operation",
    label = "this has no method attribute",
    note = "put `#[get(\"/path\")]` (or post, put, patch, delete, …) above the fn, and name it in `routes![…]`"
)]
pub trait Operation: 'static {
    /// Its routes, as `routes![…]` lists them
    fn routes() -> Vec<Route>
    where
        Self: Sized,
    {
        // Into its place at once: the future is a pointer as yet, but it would be moved at its full size.
        let http: Call = |cx| {
            let operation = Box::write(Box::new_uninit(), run::<Self>(cx));
            Box::into_pin(operation)
        };
        let websocket: Call = |cx| Box::pin(crate::websocket::run::<Self>(cx));
        let call = |meta: &OperationMeta| if meta.websocket { websocket } else { http };
        Self::metas().iter().map(|meta| Route { meta, call: call(meta), describe: Self::describe }).collect()
    }

    /// One entry a method attribute
    fn metas() -> &'static [OperationMeta];

    /// Describes arguments, dependencies and the reply
    fn describe(doc: &mut OperationDoc<'_>, status: Option<StatusCode>);

    /// Reads the arguments, calls the fn, builds the answer
    fn invoke(cx: &mut RequestContext) -> impl Future<Output = Result<Response, Failure>> + Send;
}

/// Runs an operation; it owns its context
pub(crate) type Call = fn(Box<RequestContext>) -> BoxFuture<'static, Response>;

/// One route of one operation, as `routes![…]` lists it
#[derive(Clone, Copy)]
pub struct Route {
    pub(crate) meta: &'static OperationMeta,
    pub(crate) call: Call,
    pub(crate) describe: fn(&mut OperationDoc<'_>, Option<StatusCode>),
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.meta.method, self.meta.path, self.meta.name)
    }
}

/// Lists path operations for [`Router::include`](crate::Router::include) and [`App::include`](crate::App::include)
///
/// ```
/// use fastrail::prelude::*;
///
/// #[get("/")]
/// async fn root() -> &'static str {
///     "hello"
/// }
///
/// let app = App::new("Hello", "1.0.0").include(routes![root]);
/// ```
#[macro_export]
macro_rules! routes {
    ($($operation:path),* $(,)?) => {{
        let mut routes: ::std::vec::Vec<$crate::routing::Route> = ::std::vec::Vec::new();
        $(routes.extend(<$operation as $crate::routing::Operation>::routes());)*
        routes
    }};
}
