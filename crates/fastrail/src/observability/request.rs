//! One request as it is observed: its span, its line in the access log, its place in the metrics.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum_core::response::Response;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{Method, StatusCode};
use http_body::Body as _;
use tracing::Span;
use tracing::level_filters::LevelFilter;

use super::body::ObservedBody;
use super::metrics::Exchange;
use super::scope::{Notes, Origin, within};
use super::trace_context::TraceContext;
use crate::app::AppShared;
use crate::middleware::{AccessLine, Ending};
use crate::request::{Body, Peer, RequestId};
use crate::routing::Endpoint;

/// The longest answer that counts as sent when its head is: hyper hands it to the system at once
const AT_ONCE_BYTES: u64 = 64 * 1024;

/// What is kept of a request until its answer has been sent
#[derive(Debug)]
pub(crate) struct Observed {
    span: Span,
    notes: Option<Notes>,
    method: Method,
    started: Instant,
    log: Option<Logged>,
    metrics: Option<Exchange>,
    /// The status, once there is an answer
    status: Option<StatusCode>,
    bytes: u64,
    is_over: bool,
}

/// What only the access log wants to know
#[derive(Debug)]
struct Logged {
    target: Option<PathAndQuery>,
    client: Option<IpAddr>,
}

impl Observed {
    /// Begins, when anybody wants to know
    pub(crate) fn begin(app: &AppShared, parts: &Parts, body: &Body, id: &RequestId, peer: &Peer) -> Option<Box<Self>> {
        if LevelFilter::current() == LevelFilter::OFF && app.metrics.is_none() {
            return None;
        }
        let trace = if peer.may_tell_ids() { TraceContext::of(&parts.headers) } else { TraceContext::default() };
        let mut origin = Origin { id: id.clone(), trace };
        let span = span(&mut origin, parts);
        let log = AccessLine::is_wanted().then(|| {
            let client = app.proxies.origin(peer, &parts.headers).address;
            Logged { target: parts.uri.path_and_query().cloned(), client }
        });
        let metrics = app.metrics.as_ref().map(|metrics| metrics.begin(&parts.method, body.size_hint().exact()));
        Some(Box::new(Self {
            span,
            notes: Some(Notes::of(origin)),
            method: parts.method.clone(),
            started: Instant::now(),
            log,
            metrics,
            status: None,
            bytes: 0,
            is_over: false,
        }))
    }

    /// Notes which route answers, where that is known before anything runs
    pub(crate) fn note_route(&mut self, endpoint: &Arc<Endpoint>) {
        if let Some(notes) = &mut self.notes {
            notes.route = Some(Arc::clone(endpoint));
        }
    }

    /// Runs what belongs to the request
    pub(crate) fn within<T>(&mut self, run: impl FnOnce() -> T) -> T {
        within(&self.span, &mut self.notes, run)
    }

    /// Sees the answer off; one that is long, or whose length is not known, is followed to its end
    pub(crate) fn answered(mut self: Box<Self>, response: &mut Response) {
        self.status = Some(response.status());
        match response.body().size_hint().exact() {
            Some(bytes) if bytes <= AT_ONCE_BYTES => {
                self.bytes = bytes;
                self.end(Ending::Answered);
            }
            _ => {
                let body = std::mem::take(response.body_mut());
                *response.body_mut() = Body::new(ObservedBody::new(body, self));
            }
        }
    }

    /// Counts bytes of the answer
    pub(super) fn sent(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
    }

    /// The answer is over
    pub(super) fn end(&mut self, ending: Ending) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        let elapsed = self.started.elapsed();
        let status = self.status.map_or(Ending::CLIENT_LEFT, |status| status.as_u16());
        let route = self.notes.as_ref().and_then(|notes| notes.route.as_ref());
        if let Some(metrics) = &mut self.metrics {
            metrics.end(route.and_then(|route| route.metrics.as_deref()), status, self.bytes, elapsed);
        }
        #[cfg(feature = "otlp")]
        if let Some(notes) = &self.notes {
            super::otlp::finish(&self.span, notes, self.status, &self.method);
        }
        self.write(status, elapsed, ending);
    }

    fn write(&self, status: u16, elapsed: Duration, ending: Ending) {
        let (Some(log), Some(notes)) = (&self.log, &self.notes) else { return };
        AccessLine {
            method: &self.method,
            path: log.target.as_ref().map_or("", PathAndQuery::path),
            route: notes.route.as_ref().map(|route| route.path.as_str()),
            status,
            elapsed,
            bytes: self.bytes,
            id: &notes.origin.id,
            trace_id: notes.origin.trace_id(),
            principal: notes.principal.as_deref(),
            client: log.client,
        }
        .write(ending);
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        self.end(Ending::ClientLeft);
    }
}

/// The span of a request; on the level of errors, so that an error's line has its ids whatever is filtered out
#[cfg_attr(
    not(feature = "otlp"),
    allow(unused_variables, clippy::needless_pass_by_ref_mut, reason = "traces take more")
)]
fn span(origin: &mut Origin, parts: &Parts) -> Span {
    #[cfg(feature = "otlp")]
    if super::otlp::is_on() {
        return super::otlp::server_span(origin, parts);
    }
    match origin.trace_id() {
        None => {
            tracing::error_span!(target: "fastrail::request", parent: None, "request", request_id = origin.id.as_str())
        }
        Some(trace_id) => tracing::error_span!(
            target: "fastrail::request",
            parent: None,
            "request",
            request_id = origin.id.as_str(),
            trace_id
        ),
    }
}
