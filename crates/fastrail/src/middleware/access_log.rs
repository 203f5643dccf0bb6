//! One structured line a request: `tracing` target `fastrail::access`, level INFO.
//!
//! Fields: `method`, `path` (never the query, which may hold secrets), `route` (the template), `status`,
//! `duration_ms`, `request_id`. A client that leaves before its answer is status 499, as nginx has it. While nobody listens
//! at that level, it costs one branch.

use std::time::Instant;

use http::{Method, StatusCode, Uri};

use crate::request::RequestId;

/// What is remembered of a request until it is answered; dropped before that, it notes that the client has left
pub(crate) struct AccessLog {
    method: Method,
    uri: Uri,
    id: RequestId,
    started: Instant,
    is_written: bool,
}

/// What nginx logs for a client that closed the connection before its answer
const CLIENT_LEFT: u16 = 499;

impl AccessLog {
    /// Starts the clock, when somebody listens
    pub(crate) fn start(method: &Method, uri: &Uri, id: &RequestId) -> Option<Box<Self>> {
        if !tracing::enabled!(target: "fastrail::access", tracing::Level::INFO) {
            return None;
        }
        let (method, uri, id) = (method.clone(), uri.clone(), id.clone());
        Some(Box::new(Self { method, uri, id, started: Instant::now(), is_written: false }))
    }

    /// Writes the line
    pub(crate) fn finish(&mut self, route: Option<&str>, status: StatusCode) {
        self.is_written = true;
        self.write(route, status.as_u16(), "answered");
    }

    fn write(&self, route: Option<&str>, status: u16, message: &'static str) {
        // Whole microseconds, so that no float noise is written.
        let duration_ms = self.started.elapsed().as_micros() as f64 / 1000.0;
        tracing::info!(
            target: "fastrail::access",
            method = self.method.as_str(),
            path = self.uri.path(),
            route,
            status,
            duration_ms,
            request_id = self.id.as_str(),
            "{message}"
        );
    }
}

impl Drop for AccessLog {
    fn drop(&mut self) {
        if !self.is_written {
            self.write(None, CLIENT_LEFT, "the client left");
        }
    }
}
