//! What answers everything below a path: another app, a tower service, files.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use axum_core::response::{IntoResponse, Response};
use http::{Method, Request, StatusCode, Uri};
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt};

use super::operation::{Operation, OperationMeta, Route, Timeout};
use super::run::run;
use super::{Endpoint, FlatRoute, Outer};
use crate::app::App;
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::request::{Body, RequestContext};
use crate::static_files::SharedFiles;

/// A tower service that answers everything below a path
pub(crate) type Mount = BoxCloneSyncService<Request<Body>, Response, std::convert::Infallible>;

/// What a router holds below a path
pub(crate) enum Inside {
    Service(Mount),
    App(Box<App>),
    Files(SharedFiles),
}

/// Where something is mounted, which line did it, and what the routers around put before it
pub(crate) struct FlatMount {
    pub(crate) path: String,
    pub(crate) inside: Inside,
    pub(crate) around: FlatRoute,
    pub(crate) place: &'static Location<'static>,
}

/// What the table leads to
#[derive(Clone)]
pub(crate) enum Mounted {
    /// A service that nothing stands before
    Service(Mount),
    /// Files, and whatever dependencies or middlewares of routers stand before: asked for as an operation is
    Endpoint(Arc<Endpoint>),
}

/// What an [`Endpoint`] serves in place of a fn
pub(crate) struct Below {
    /// The bytes of the path that it stands below
    pub(crate) prefix: usize,
    pub(crate) served: Served,
}

pub(crate) enum Served {
    Service(Mount),
    Files(SharedFiles),
}

impl Mounted {
    /// Whether operations on the same paths are meant to win
    pub(crate) fn yields(&self) -> bool {
        let Self::Endpoint(endpoint) = self else { return false };
        matches!(&endpoint.below, Some(Below { served: Served::Files(files), .. }) if files.yields())
    }
}

/// What [`App::mount`](crate::App::mount) takes: an app with documents and a life of its own, or any tower service
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be mounted",
    label = "neither an `App` nor a tower service that fits",
    note = "a service must be `Clone + Send + Sync`, take `Request<Body>`, and never fail (`Error = Infallible`)"
)]
pub trait Mountable<Marker = ()> {
    /// As what a router holds
    fn into_mounting(self) -> Mounting;
}

/// Something that is mounted
pub struct Mounting(pub(super) Inside);

impl fmt::Debug for Mounting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mounting")
    }
}

/// Marks the [`Mountable`]s that are tower services
#[derive(Debug)]
pub struct TowerService;

impl Mountable for App {
    fn into_mounting(self) -> Mounting {
        Mounting(Inside::App(Box::new(self)))
    }
}

impl<S, R> Mountable<TowerService> for S
where
    S: Service<Request<Body>, Response = R, Error = std::convert::Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
    R: IntoResponse + 'static,
{
    fn into_mounting(self) -> Mounting {
        Mounting(Inside::Service(BoxCloneSyncService::new(self.map_response(IntoResponse::into_response))))
    }
}

/// The operation that a mount is where something stands before it
struct ServeBelow;

/// The route of a mount; `path` is its whole path
pub(super) fn route_of(inside: &Inside) -> Route {
    static FILES: OperationMeta = meta(None);
    /// What is mounted has limits of its own
    static SERVICE: OperationMeta = meta(Some(Timeout::Never));
    let meta = match inside {
        Inside::Files(_) => &FILES,
        Inside::Service(_) | Inside::App(_) => &SERVICE,
    };
    Route { meta, call: |cx| Box::pin(run::<ServeBelow>(cx)), describe: ServeBelow::describe }
}

const fn meta(timeout: Option<Timeout>) -> OperationMeta {
    OperationMeta {
        name: "mount",
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
        cache: None,
        timeout,
        place: "",
    }
}

impl Operation for ServeBelow {
    fn metas() -> &'static [OperationMeta] {
        &[]
    }

    fn describe(_: &mut OperationDoc<'_>, _: Option<StatusCode>) {}

    async fn invoke(cx: &mut RequestContext) -> Result<Response, Failure> {
        let mut outer = Outer::default();
        outer.secure(cx).await?;
        if outer.reads_body(cx) {
            cx.buffer_body().await?;
        }
        outer.gather(cx);
        cx.verdict()?;
        outer.resolve(cx).await?;
        let endpoint = Arc::clone(&cx.endpoint);
        match &endpoint.below {
            Some(Below { prefix, served: Served::Files(files) }) => {
                files.respond(&cx.parts, *prefix).await.map_err(Failure::Error)
            }
            Some(Below { prefix, served: Served::Service(service) }) => {
                let mut request = Request::from_parts(cx.parts.clone(), cx.body.take());
                request.extensions_mut().insert(cx.id.clone());
                request.extensions_mut().insert(cx.peer.clone());
                Ok(hand_over(service.clone(), *prefix, request).await)
            }
            None => Err(Failure::Error(crate::Error::of_status(StatusCode::NOT_FOUND))),
        }
    }
}

/// Hands a request to a mounted service, which sees the path below its mount
pub(crate) async fn hand_over(service: Mount, prefix: usize, mut request: Request<Body>) -> Response {
    if let Some(uri) = below(request.uri(), prefix) {
        *request.uri_mut() = uri;
    }
    match service.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// The same address without the first `prefix` bytes of its path
pub(crate) fn below(uri: &Uri, prefix: usize) -> Option<Uri> {
    let path_and_query = uri.path_and_query()?.as_str().get(prefix..)?;
    let path_and_query =
        if path_and_query.starts_with('/') { path_and_query.to_owned() } else { format!("/{path_and_query}") };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path_and_query.parse().ok()?);
    Uri::from_parts(parts).ok()
}
