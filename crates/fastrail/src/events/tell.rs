//! How a listener is run: like an operation of its own, on a request that is empty.

use std::sync::Arc;

use http::{Extensions, Request, Uri};

use super::Subscriber;
use crate::app::AppShared;
use crate::observability::Origin;
use crate::request::{Body, BodyState, PathValues, Peer, RequestContext};
use crate::routing::AfterResponse;

/// Runs one listener with its dependencies and their teardowns; `hand_over` puts the event where it is taken from
///
/// Whether it has succeeded; else the log says why.
pub(super) async fn tell(
    app: &Arc<AppShared>,
    listener: &Subscriber,
    origin: &Origin,
    hand_over: impl FnOnce(&mut Extensions),
) -> bool {
    let (name, event) = (listener.name(), listener.heard.name);
    let span = tracing::error_span!(
        target: "fastrail::listener",
        parent: None,
        "listener",
        listener = name,
        event,
        request_id = origin.id.as_str(),
        trace_id = origin.trace_id(),
    );
    let (mut parts, body) = Request::new(Body::empty()).into_parts();
    parts.uri = Uri::from_static("/");
    hand_over(&mut parts.extensions);
    let cx = RequestContext::new(
        parts,
        BodyState::Unread(body),
        Arc::clone(app),
        Arc::clone(&listener.endpoint),
        PathValues::default(),
        origin.id.clone(),
        Peer::default(),
    );
    let mut response = origin.clone().carry(span, (listener.endpoint.call)(Box::new(cx))).await;
    AfterResponse::follow(&mut response, true);
    let succeeded = response.status().is_success();
    if let Some(metrics) = &app.metrics {
        metrics.heard(event, name, succeeded);
    }
    if !succeeded {
        tracing::error!(
            target: "fastrail::events",
            request_id = origin.id.as_str(),
            listener = name,
            event,
            "a listener failed"
        );
    }
    succeeded
}
