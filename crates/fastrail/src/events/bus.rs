//! From the operation that emits to the listeners that hear.

use std::any::TypeId;
use std::sync::Arc;

use futures_util::future::join_all;
use http::{Request, Uri};
use tracing::Instrument as _;

use super::DomainEvent;
use crate::app::AppShared;
use crate::background::BackgroundTasks;
use crate::request::{Body, BodyState, PathValues, Peer, RequestContext, RequestId};
use crate::routing::{AfterResponse, Endpoint};

/// Tells events to the listeners of the app, as an argument of operations, dependencies and listeners
///
/// # Errors
/// 503 with `Retry-After` when the app has more waiting than `max_background_waiting` of its [`Limits`](crate::Limits).
#[derive(Clone, Debug)]
pub struct EventBus {
    tasks: BackgroundTasks,
    app: Arc<AppShared>,
    request: RequestId,
}

impl EventBus {
    pub(super) fn new(tasks: BackgroundTasks, app: Arc<AppShared>, request: RequestId) -> Self {
        Self { tasks, app, request }
    }

    /// Tells an event once the operation has succeeded; see [the guarantees](crate::events)
    ///
    /// With no listener it costs nothing more.
    pub fn emit<E: DomainEvent>(&self, event: E) {
        let listeners = self.app.listening.of(TypeId::of::<E>());
        if listeners.is_empty() {
            return;
        }
        let (event, app, request) = (Arc::new(event), Arc::clone(&self.app), self.request.clone());
        self.tasks.add(async move {
            join_all(listeners.iter().map(|listener| tell(&app, listener, &event, &request))).await;
        });
    }
}

/// Runs one listener like an operation of its own, with its dependencies and their teardowns
async fn tell<E: DomainEvent>(app: &Arc<AppShared>, listener: &Arc<Endpoint>, event: &Arc<E>, request: &RequestId) {
    let name = listener.meta.name;
    let span = tracing::info_span!(target: "fastrail::events", "listener", listener = name, event = E::NAME);
    let (mut parts, body) = Request::new(Body::empty()).into_parts();
    parts.uri = Uri::from_static("/");
    parts.extensions.insert(Arc::clone(event));
    let cx = RequestContext::new(
        parts,
        BodyState::Unread(body),
        Arc::clone(app),
        Arc::clone(listener),
        PathValues::default(),
        request.clone(),
        Peer::default(),
    );
    let mut response = (listener.call)(Box::new(cx)).instrument(span).await;
    AfterResponse::follow(&mut response, true);
    if !response.status().is_success() {
        tracing::error!(
            target: "fastrail::events",
            request_id = request.as_str(),
            listener = name,
            event = E::NAME,
            "a listener failed"
        );
    }
}

/// Who listens, by the event's type
#[derive(Debug, Default)]
pub(crate) struct Listening {
    listeners: Vec<(TypeId, Arc<[Arc<Endpoint>]>)>,
}

impl Listening {
    pub(crate) fn add(&mut self, event: TypeId, listener: Endpoint) {
        let listener = Arc::new(listener);
        match self.listeners.iter_mut().find(|(known, _)| *known == event) {
            Some((_, listeners)) => *listeners = listeners.iter().cloned().chain([listener]).collect(),
            None => self.listeners.push((event, Arc::new([listener]))),
        }
    }

    fn of(&self, event: TypeId) -> Arc<[Arc<Endpoint>]> {
        self.listeners.iter().find(|(known, _)| *known == event).map(|(_, found)| Arc::clone(found)).unwrap_or_default()
    }
}
