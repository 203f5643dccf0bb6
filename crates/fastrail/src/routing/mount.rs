//! What answers everything below a path: another app, a tower service, files.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use axum_core::response::IntoResponse;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt};

use super::router::wrapped;
use crate::app::App;
use crate::error::ErrorAnswers;
use crate::middleware::{Pipeline, Stack};
use crate::request::{Body, RequestId, RequestInfo};
use crate::static_files::SharedFiles;

/// A tower service that answers everything below a path
pub(crate) type Mount =
    BoxCloneSyncService<http::Request<Body>, axum_core::response::Response, std::convert::Infallible>;

/// What answers below a path
#[derive(Clone)]
pub(crate) enum Mounted {
    Service(Mount),
    Files(SharedFiles),
    /// Files behind the middlewares of routers
    WrappedFiles(SharedFiles, Mount),
}

/// Where a service is mounted, and which line did it
pub(crate) struct MountPoint {
    pub(crate) path: String,
    pub(crate) target: Mounted,
    pub(crate) place: &'static Location<'static>,
}

/// Where an app is mounted, which line did it, and the middlewares of the routers around it
pub(crate) struct AppPoint {
    pub(crate) path: String,
    pub(crate) app: App,
    pub(crate) place: &'static Location<'static>,
    pub(crate) pipelines: Vec<Arc<Pipeline>>,
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
pub struct Mounting(pub(super) Kind);

pub(super) enum Kind {
    Service(Mount),
    App(Box<App>),
}

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
        Mounting(Kind::App(Box::new(self)))
    }
}

impl<S, R> Mountable<TowerService> for S
where
    S: Service<http::Request<Body>, Response = R, Error = std::convert::Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
    R: IntoResponse + 'static,
{
    fn into_mounting(self) -> Mounting {
        Mounting(Kind::Service(BoxCloneSyncService::new(self.map_response(IntoResponse::into_response))))
    }
}

impl MountPoint {
    fn files(&self) -> Option<&SharedFiles> {
        match &self.target {
            Mounted::Service(_) => None,
            Mounted::Files(files) | Mounted::WrappedFiles(files, _) => Some(files),
        }
    }

    /// Why the app must not start
    pub(crate) fn problem(&self) -> Option<String> {
        self.files()?.problem().map(|problem| format!("{problem} (mounted at `{}`, {})", self.path, self.place))
    }

    /// Whether operations on the same paths are meant to win
    pub(crate) fn yields(&self) -> bool {
        self.files().is_some_and(|files| files.yields())
    }
}

/// Files as something that middlewares can stand around
pub(super) fn served(files: &SharedFiles, errors: &Arc<ErrorAnswers>) -> Stack {
    let (files, errors) = (Arc::clone(files), Arc::clone(errors));
    Stack::of(move |request| {
        let (files, errors) = (Arc::clone(&files), Arc::clone(&errors));
        Box::pin(async move {
            let (parts, _) = request.into_parts();
            match files.respond(&parts, 0).await {
                Ok(response) => response,
                Err(error) => {
                    let id =
                        parts.extensions.get::<RequestId>().cloned().unwrap_or_else(|| RequestId::of(&parts.headers));
                    let info = RequestInfo::new(&parts.method, &parts.uri, &parts.headers, &id);
                    errors.answer(error, info).await
                }
            }
        })
    })
}

/// A mounted service behind the middlewares of routers
pub(crate) fn behind(pipelines: &[Arc<Pipeline>], service: Mount) -> Mount {
    match wrapped(pipelines, || Stack::new(service.clone())) {
        Some(stack) => BoxCloneSyncService::new(stack),
        None => service,
    }
}
