//! One structured line a request: `tracing` target `fastrail::access`, level INFO.
//!
//! Fields: `method`, `path` (never the query, which may hold secrets), `route` (the template), `status`, `duration_ms` until
//! the answer's last byte was handed over, `bytes` of its body, `request_id`, `trace_id`, `principal` (what
//! [`Principal`](crate::observability::Principal) has noted) and `client`, its address. A client that leaves before its
//! answer is status 499, as nginx has it. While nobody listens at that level, it costs one branch.

use std::net::IpAddr;
use std::time::Duration;

use http::Method;

use crate::request::RequestId;

/// How an answer ended
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// All of it was handed over
    Answered,
    /// Its source failed
    BrokeOff,
    /// Nobody wanted the rest
    ClientLeft,
}

impl Ending {
    /// What nginx logs for a client that closed the connection before its answer
    pub(crate) const CLIENT_LEFT: u16 = 499;

    /// What the line says of it
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::BrokeOff => "the answer broke off",
            Self::ClientLeft => "the client left",
        }
    }
}

/// What the line says
pub(crate) struct AccessLine<'a> {
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) route: Option<&'a str>,
    pub(crate) status: u16,
    pub(crate) elapsed: Duration,
    pub(crate) bytes: u64,
    pub(crate) id: &'a RequestId,
    pub(crate) trace_id: Option<&'a str>,
    pub(crate) principal: Option<&'a str>,
    pub(crate) client: Option<IpAddr>,
}

impl AccessLine<'_> {
    pub(crate) const TARGET: &'static str = "fastrail::access";

    /// Whether anybody reads the log
    pub(crate) fn is_wanted() -> bool {
        #[cfg(feature = "logging")]
        if let Some(is_wanted) = crate::observability::wants_access() {
            return is_wanted;
        }
        tracing::enabled!(target: AccessLine::TARGET, tracing::Level::INFO)
    }

    /// Until the answer's last byte was handed over
    pub(crate) fn micros(&self) -> u64 {
        self.elapsed.as_secs().saturating_mul(1_000_000).saturating_add(self.elapsed.subsec_micros().into())
    }

    /// Writes it; it has everything of its own, so that it needs no span
    pub(crate) fn write(&self, ending: Ending) {
        #[cfg(feature = "logging")]
        if crate::observability::write_access(self, ending) {
            return;
        }
        tracing::info!(
            target: AccessLine::TARGET,
            parent: None,
            method = self.method.as_str(),
            path = self.path,
            route = self.route,
            status = self.status,
            // Whole microseconds, so that no float noise is written.
            duration_ms = self.micros() as f64 / 1000.0,
            bytes = self.bytes,
            request_id = self.id.as_str(),
            trace_id = self.trace_id,
            principal = self.principal,
            client = self.client.as_ref().map(tracing::field::display),
            "{}",
            ending.message(),
        );
    }
}
