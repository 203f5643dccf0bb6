//! What an operator sees: logging is of the whole process, so these tests have a process of their own.
//!
//! All of them log at the level TRACE into one place, and send traces to one collector of their own.

#[path = "observability/collector.rs"]
mod collector;
#[path = "observability/ids.rs"]
mod ids;
#[path = "observability/metrics.rs"]
mod metrics;
#[path = "observability/secrets.rs"]
mod secrets;
#[path = "observability/support.rs"]
mod support;
#[path = "observability/traces.rs"]
mod traces;
