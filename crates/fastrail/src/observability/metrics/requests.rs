//! What is counted of requests, connections, limits, background work and listeners.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::Method;

use super::text::{Text, labels};
use super::{Heard, Metrics};
use crate::app::AppShared;

/// The methods that are told apart (RFC 9110 §9, RFC 5789)
pub(in super::super) const METHODS: [&str; 9] =
    ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"];

/// The classes of a status
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// The most limits that are told apart; limits are written in code, so there are few
const MAX_LIMITS: usize = 64;

/// What is counted of all requests together
pub(super) struct Requests {
    bounds: Box<[f64]>,
    /// The same in microseconds
    micros: Arc<[u64]>,
    in_flight: AtomicI64,
    received: AtomicU64,
    connections: AtomicI64,
    connected: AtomicU64,
    /// What no operation answers, by method; the last one is any other
    others: Box<[RouteMetrics]>,
    limits: Box<[OnceLock<Limit>]>,
}

struct Limit {
    name: &'static str,
    allowed: AtomicU64,
    refused: AtomicU64,
}

/// What is counted of one route
#[derive(Debug)]
pub(crate) struct RouteMetrics {
    labels: String,
    micros: Arc<[u64]>,
    classes: [Class; CLASSES.len()],
    sent: AtomicU64,
}

#[derive(Debug)]
struct Class {
    /// One more than bounds
    counts: Box<[AtomicU64]>,
    sum_micros: AtomicU64,
}

impl RouteMetrics {
    fn new(method: &str, route: &str, micros: &Arc<[u64]>) -> Self {
        let counts = || (0..=micros.len()).map(|_| AtomicU64::new(0)).collect();
        let class = || Class { counts: counts(), sum_micros: AtomicU64::new(0) };
        Self {
            labels: labels(&[("method", method), ("route", route)]),
            micros: Arc::clone(micros),
            classes: std::array::from_fn(|_| class()),
            sent: AtomicU64::new(0),
        }
    }

    fn count(&self, status: u16, bytes: u64, elapsed: Duration) {
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        let class = &self.classes[usize::from(status / 100).clamp(1, CLASSES.len()) - 1];
        class.counts[self.micros.partition_point(|bound| *bound < micros)].fetch_add(1, Relaxed);
        class.sum_micros.fetch_add(micros, Relaxed);
        if bytes > 0 {
            self.sent.fetch_add(bytes, Relaxed);
        }
    }
}

impl Requests {
    pub(super) fn new(bounds: &[f64]) -> Self {
        let micros: Arc<[u64]> = bounds.iter().map(|bound| (bound * 1e6) as u64).collect();
        let methods = METHODS.into_iter().chain(["other"]);
        Self {
            bounds: bounds.into(),
            others: methods.map(|method| RouteMetrics::new(method, "(other)", &micros)).collect(),
            micros,
            in_flight: AtomicI64::new(0),
            received: AtomicU64::new(0),
            connections: AtomicI64::new(0),
            connected: AtomicU64::new(0),
            limits: (0..MAX_LIMITS).map(|_| OnceLock::new()).collect(),
        }
    }

    pub(super) fn route(&self, method: &Method, path: &str) -> RouteMetrics {
        RouteMetrics::new(method.as_str(), path, &self.micros)
    }

    pub(super) fn limited(&self, name: &'static str, is_allowed: bool) {
        for slot in &self.limits {
            let limit = slot.get_or_init(|| Limit { name, allowed: AtomicU64::new(0), refused: AtomicU64::new(0) });
            if limit.name == name {
                if is_allowed { &limit.allowed } else { &limit.refused }.fetch_add(1, Relaxed);
                return;
            }
        }
    }

    pub(super) fn write(&self, routes: &[Arc<RouteMetrics>], text: &mut Text) {
        let routes = || self.others.iter().chain(routes.iter().map(AsRef::as_ref));
        let name = "http_request_duration_seconds";
        let mut counted = Vec::new();
        text.metric(
            "histogram",
            name,
            "Time until the answer's last byte was handed over, by route and class of status",
        );
        for route in routes() {
            for (class, status) in route.classes.iter().zip(CLASSES) {
                let counts: Vec<u64> = class.counts.iter().map(|count| count.load(Relaxed)).collect();
                let all: u64 = counts.iter().sum();
                if all == 0 {
                    continue;
                }
                let labels = format!("{},status=\"{status}\"", route.labels);
                text.histogram(name, &labels, &self.bounds, &counts, class.sum_micros.load(Relaxed) as f64 / 1e6);
                counted.push((labels, all));
            }
        }
        text.metric("counter", "http_requests_total", "Requests that have been answered, by route and class of status");
        for (labels, all) in &counted {
            text.series("http_requests_total", "", labels, *all as f64);
        }
        text.metric("counter", "http_response_body_bytes_total", "Bytes of answers' bodies, by route");
        for route in routes().filter(|route| route.sent.load(Relaxed) > 0) {
            text.series("http_response_body_bytes_total", "", &route.labels, route.sent.load(Relaxed) as f64);
        }
        text.metric("counter", "http_request_body_bytes_total", "Bytes of requests' bodies whose length was declared");
        text.series("http_request_body_bytes_total", "", "", self.received.load(Relaxed) as f64);
        text.metric("gauge", "http_requests_in_flight", "Requests whose answer is not over");
        text.series("http_requests_in_flight", "", "", self.in_flight.load(Relaxed) as f64);
        text.metric("gauge", "http_connections", "Connections that are open");
        text.series("http_connections", "", "", self.connections.load(Relaxed) as f64);
        text.metric("counter", "http_connections_total", "Connections that were accepted");
        text.series("http_connections_total", "", "", self.connected.load(Relaxed) as f64);
        self.write_limits(text);
    }

    fn write_limits(&self, text: &mut Text) {
        let name = "rate_limit_requests_total";
        text.metric("counter", name, "Requests that a limit has let pass or refused, by the limit's name");
        for limit in self.limits.iter().map_while(OnceLock::get) {
            for (outcome, count) in [("allowed", &limit.allowed), ("refused", &limit.refused)] {
                text.series(
                    name,
                    "",
                    &labels(&[("limit", limit.name), ("outcome", outcome)]),
                    count.load(Relaxed) as f64,
                );
            }
        }
    }
}

/// One request while it is counted
#[derive(Debug)]
pub(crate) struct Exchange {
    metrics: Metrics,
    /// Its place among the methods
    method: usize,
}

impl Exchange {
    pub(super) fn begin(metrics: Metrics, method: &Method, bytes: Option<u64>) -> Self {
        let requests = metrics.requests();
        requests.in_flight.fetch_add(1, Relaxed);
        if let Some(bytes) = bytes.filter(|bytes| *bytes > 0) {
            requests.received.fetch_add(bytes, Relaxed);
        }
        let method = METHODS.iter().position(|known| *known == method.as_str()).unwrap_or(METHODS.len());
        Self { metrics, method }
    }

    /// Counts it under its route
    pub(crate) fn end(&mut self, route: Option<&RouteMetrics>, status: u16, bytes: u64, elapsed: Duration) {
        let other = || &self.metrics.requests().others[self.method];
        route.unwrap_or_else(other).count(status, bytes, elapsed);
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.metrics.requests().in_flight.fetch_sub(1, Relaxed);
    }
}

/// A connection that is counted as open until it is dropped
#[derive(Debug)]
pub(crate) struct OpenConnection(Metrics);

impl OpenConnection {
    pub(super) fn new(metrics: Metrics) -> Self {
        metrics.requests().connections.fetch_add(1, Relaxed);
        metrics.requests().connected.fetch_add(1, Relaxed);
        Self(metrics)
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.requests().connections.fetch_sub(1, Relaxed);
    }
}

/// What apps do besides their requests
pub(super) fn write_work(apps: &[Arc<AppShared>], text: &mut Text) {
    let all: Vec<_> = apps.iter().map(|app| app.background.counts()).collect();
    let sum = |of: fn(&crate::background::Counts) -> u64| all.iter().map(of).sum::<u64>() as f64;
    text.metric("counter", "background_tasks_total", "Background work that has ended");
    for (outcome, count) in
        [("succeeded", sum(|of| of.succeeded)), ("failed", sum(|of| of.failed)), ("panicked", sum(|of| of.panicked))]
    {
        text.series("background_tasks_total", "", &labels(&[("outcome", outcome)]), count);
    }
    text.metric("gauge", "background_tasks_running", "Background work that runs");
    text.series("background_tasks_running", "", "", sum(|of| of.running));
    text.metric("gauge", "background_tasks_waiting", "Background work that waits for its turn");
    text.series("background_tasks_waiting", "", "", sum(|of| of.waiting));
}

/// How listeners of events have ended: how often well, and how often not
pub(super) fn write_listeners(listeners: &BTreeMap<Heard, [u64; 2]>, text: &mut Text) {
    let name = "event_listener_runs_total";
    text.metric("counter", name, "Runs of listeners that have ended");
    for ((event, listener), counts) in listeners {
        for (outcome, count) in ["succeeded", "failed"].into_iter().zip(counts) {
            let labels = labels(&[("event", event), ("listener", listener), ("outcome", outcome)]);
            text.series(name, "", &labels, *count as f64);
        }
    }
}
