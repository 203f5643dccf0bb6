//! How a listener is run: like an operation of its own, on a request that is empty.

use std::sync::Arc;

use http::{Extensions, HeaderMap, HeaderValue, Request, Uri};
use tracing::Instrument as _;

use super::Subscriber;
use crate::app::AppShared;
use crate::request::{Body, BodyState, PathValues, Peer, RequestContext, RequestId, X_REQUEST_ID};
use crate::routing::AfterResponse;

/// The header by which a trace goes on (W3C Trace Context)
const TRACEPARENT: &str = "traceparent";

/// Where an event comes from, for the logs and traces of who hears it
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) request: RequestId,
    pub(super) traceparent: Option<HeaderValue>,
}

impl Origin {
    pub(super) fn of(cx: &RequestContext) -> Self {
        Self { request: cx.id.clone(), traceparent: cx.parts.headers.get(TRACEPARENT).cloned() }
    }

    /// The same as it was sent; an id that is none is made anew
    #[cfg(feature = "redis")]
    pub(super) fn sent(request: Option<Vec<u8>>, traceparent: Option<Vec<u8>>) -> Self {
        let value = |bytes: Option<Vec<u8>>| bytes.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok());
        let id = value(request).map(|id| (X_REQUEST_ID.clone(), id));
        Self { request: RequestId::of(&HeaderMap::from_iter(id)), traceparent: value(traceparent) }
    }

    /// The trace in words
    pub(super) fn trace(&self) -> &str {
        self.traceparent.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

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
    let span = tracing::info_span!(
        target: "fastrail::events",
        "listener",
        listener = name,
        event,
        request_id = origin.request.as_str(),
        traceparent = origin.trace(),
    );
    let (mut parts, body) = Request::new(Body::empty()).into_parts();
    parts.uri = Uri::from_static("/");
    parts.headers.extend(origin.traceparent.clone().map(|value| (http::HeaderName::from_static(TRACEPARENT), value)));
    hand_over(&mut parts.extensions);
    let cx = RequestContext::new(
        parts,
        BodyState::Unread(body),
        Arc::clone(app),
        Arc::clone(&listener.endpoint),
        PathValues::default(),
        origin.request.clone(),
        Peer::default(),
    );
    let mut response = (listener.endpoint.call)(Box::new(cx)).instrument(span).await;
    AfterResponse::follow(&mut response, true);
    let succeeded = response.status().is_success();
    if !succeeded {
        tracing::error!(
            target: "fastrail::events",
            request_id = origin.request.as_str(),
            listener = name,
            event,
            "a listener failed"
        );
    }
    succeeded
}
