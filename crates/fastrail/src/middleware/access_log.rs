//! One structured line a request: `tracing` target `fastrail::access`, level INFO.
//!
//! Fields: `method`, `path` (never the query, which may hold secrets), `route` (the template), `status`,
//! `duration_ms`, `request_id`. While nobody listens at that level, it costs one branch.

use std::time::Instant;

use http::{Method, StatusCode, Uri};

use crate::request::RequestId;

/// What is remembered of a request until it is answered
pub(crate) struct AccessLog {
    method: Method,
    uri: Uri,
    started: Instant,
}

impl AccessLog {
    /// Starts the clock, when somebody listens
    pub(crate) fn start(method: &Method, uri: &Uri) -> Option<Self> {
        if !tracing::enabled!(target: "fastrail::access", tracing::Level::INFO) {
            return None;
        }
        Some(Self { method: method.clone(), uri: uri.clone(), started: Instant::now() })
    }

    /// Writes the line
    pub(crate) fn finish(self, id: &RequestId, route: Option<&str>, status: StatusCode) {
        // Whole microseconds, so that no float noise is written.
        let duration_ms = self.started.elapsed().as_micros() as f64 / 1000.0;
        tracing::info!(
            target: "fastrail::access",
            method = self.method.as_str(),
            path = self.uri.path(),
            route,
            status = status.as_u16(),
            duration_ms,
            request_id = id.as_str(),
            "answered"
        );
    }
}
