//! What an operator sees of an app: log lines, metrics, traces, and the ids that tie them together.
//!
//! One id follows a request everywhere: `request_id`, which is also in `X-Request-Id` and in every error body. With it goes
//! `trace_id`, where the caller sent a `traceparent` ([W3C Trace Context](https://www.w3.org/TR/trace-context/)) or traces
//! are on. Both are on every line that is logged while the request is answered, by whatever crate, and while its background
//! work and the listeners of its events run: `Logging` knows them by itself, for any other subscriber they stand in a
//! [`tracing`] span.
//!
//! - `Logging` (feature `logging`) writes the lines: as JSON or for people, to standard output and to files that rotate.
//! - [`Metrics`] counts, for Prometheus.
//! - `Traces` (feature `otlp`) sends spans to an OpenTelemetry collector.
//! - [`Principal`] notes who calls; [`outgoing_headers`] carries the ids on to what the app calls itself, [`carry_on`] to
//!   what it spawns.
//!
//! Never in any of them: a query, a header's value, a body. While nobody listens, all of it costs one branch a request.

mod body;
#[cfg(feature = "logging")]
pub mod logging;
pub mod metrics;
#[cfg(feature = "otlp")]
mod otlp;
mod request;
mod scope;
mod trace_context;

#[cfg(feature = "logging")]
pub use logging::{LogFile, Logging, LoggingGuard};
#[cfg(feature = "logging")]
pub(crate) use logging::{wants_access, write_access};
pub use metrics::Metrics;
#[cfg(feature = "otlp")]
pub use otlp::Traces;
pub(crate) use request::Observed;
pub(crate) use scope::{Origin, note_route};
pub use scope::{Principal, carry_on, outgoing_headers};
