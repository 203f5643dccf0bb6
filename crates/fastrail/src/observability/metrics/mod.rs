//! What an app counts, in the text format of Prometheus.
//!
//! | metric | labels | tells |
//! | --- | --- | --- |
//! | `http_requests_total`, `http_request_duration_seconds` | `method`, `route`, `status` | requests by route template and class of status; their time until the answer's last byte was handed over |
//! | `http_response_body_bytes_total` | `method`, `route` | what was answered |
//! | `http_request_body_bytes_total` | | what came in |
//! | `http_requests_in_flight` | | requests whose answer is not over |
//! | `http_connections`, `http_connections_total` | | connections that are open, and all so far |
//! | `background_tasks_total` | `outcome` | background work that has succeeded, failed, panicked |
//! | `background_tasks_running`, `background_tasks_waiting` | | background work that has not ended |
//! | `event_listener_runs_total` | `listener`, `event`, `outcome` | listeners that have succeeded, failed |
//! | `rate_limit_requests_total` | `limit`, `outcome` | requests that a limit has allowed, refused |
//! | `process_*` | | time, memory, descriptors, threads of the process (Linux) |
//!
//! Routes are templates, so that the number of series does not hang on what clients send: what no operation answers is
//! the route `(other)`, a method that nobody knows is `other`.

mod instruments;
mod page;
mod process;
mod requests;
mod text;

pub use instruments::{Counter, Gauge, Histogram};
pub use page::{MetricsPage, metrics_router};
#[cfg(feature = "otlp")]
pub(super) use requests::METHODS;
pub(crate) use requests::{Exchange, OpenConnection, RouteMetrics};

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::app::AppShared;
use instruments::{Families, Kind};
use requests::Requests;
use text::Text;

/// What an app counts, and what it adds itself; cloning it is cheap, and clones count together
///
/// ```
/// use fastrail::observability::Metrics;
/// use fastrail::prelude::*;
///
/// let metrics = Metrics::new();
/// let placed = metrics.counter("orders_placed_total", "Orders that were placed", &[("shop", "web")]);
/// placed.add(1);
/// let app = App::new("Shop", "1.0.0").metrics(metrics);
/// ```
///
/// [`Serve::metrics_at`](crate::Serve::metrics_at) shows them on a port of their own, [`metrics_router`] as an operation.
/// An operation takes them as `State<Metrics>`. Counting a request takes no lock and looks nothing up.
#[derive(Clone)]
pub struct Metrics {
    inner: Arc<Inner>,
    /// Where the app is mounted in the one that counts
    prefix: Arc<str>,
}

/// The names of an event and of a listener
type Heard = (&'static str, &'static str);

struct Inner {
    requests: Requests,
    routes: Mutex<Vec<Arc<RouteMetrics>>>,
    apps: Mutex<Vec<Weak<AppShared>>>,
    listeners: Mutex<BTreeMap<Heard, [u64; 2]>>,
    families: Families,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Metrics whose latencies are told apart from 1 ms to 10 s
    #[must_use]
    pub fn new() -> Self {
        Self::with_buckets(&[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])
    }

    /// The same with other bounds of the latencies, in seconds, ascending
    ///
    /// # Panics
    /// When they do not ascend.
    #[must_use]
    pub fn with_buckets(bounds: &[f64]) -> Self {
        assert!(bounds.is_sorted_by(|low, high| low < high), "the bounds of buckets ascend");
        let inner = Inner {
            requests: Requests::new(bounds),
            routes: Mutex::default(),
            apps: Mutex::default(),
            listeners: Mutex::default(),
            families: Families::default(),
        };
        Self { inner: Arc::new(inner), prefix: Arc::default() }
    }

    /// A number that only grows; its name ends with `_total`
    ///
    /// Asked again for the same name and labels, it is the same one.
    ///
    /// # Panics
    /// When a name is none (`[a-zA-Z_][a-zA-Z0-9_]*`), or names a metric of another kind.
    pub fn counter(&self, name: &'static str, help: &'static str, labels: &[(&'static str, &str)]) -> Counter {
        self.inner.families.add(Kind::Counter, name, help, labels)
    }

    /// A number that goes up and down
    ///
    /// # Panics
    /// As [`counter`](Self::counter).
    pub fn gauge(&self, name: &'static str, help: &'static str, labels: &[(&'static str, &str)]) -> Gauge {
        self.inner.families.add(Kind::Gauge, name, help, labels)
    }

    /// A number that is asked for when the metrics are read, such as the size of a pool
    ///
    /// ```
    /// # use fastrail::observability::Metrics;
    /// # struct Pool; impl Pool { fn idle(&self) -> usize { 3 } }
    /// # let (metrics, pool) = (Metrics::new(), Pool);
    /// metrics.gauge_of("pool_connections", "Connections to the database", &[("state", "idle")], move || pool.idle() as f64);
    /// ```
    ///
    /// # Panics
    /// As [`counter`](Self::counter).
    pub fn gauge_of(
        &self,
        name: &'static str,
        help: &'static str,
        labels: &[(&'static str, &str)],
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) {
        self.inner.families.add_read(name, help, labels, Box::new(read));
    }

    /// How often values up to each of these bounds were seen
    ///
    /// # Panics
    /// As [`counter`](Self::counter), and when the bounds do not ascend.
    pub fn histogram(
        &self,
        name: &'static str,
        help: &'static str,
        labels: &[(&'static str, &str)],
        bounds: &[f64],
    ) -> Histogram {
        assert!(bounds.is_sorted_by(|low, high| low < high), "the bounds of buckets ascend");
        self.inner.families.add_histogram(name, help, labels, bounds)
    }

    /// All of them, as Prometheus reads them (text format 0.0.4)
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = Text::default();
        self.inner.requests.write(&self.routes(), &mut text);
        let apps: Vec<_> = lock(&self.inner.apps).iter().filter_map(Weak::upgrade).collect();
        requests::write_work(&apps, &mut text);
        requests::write_listeners(&lock(&self.inner.listeners), &mut text);
        self.inner.families.write(&mut text);
        process::write(&mut text);
        text.finish()
    }

    /// The same for an app that is mounted at a path
    pub(crate) fn below(&self, path: &str) -> Self {
        Self { inner: Arc::clone(&self.inner), prefix: format!("{}{path}", self.prefix).into() }
    }

    /// Counts what a built app does besides its requests
    pub(crate) fn watch(&self, app: &Arc<AppShared>) {
        lock(&self.inner.apps).push(Arc::downgrade(app));
    }

    /// Counts for one route of an app
    pub(crate) fn route(&self, method: &http::Method, path: &str) -> Arc<RouteMetrics> {
        let route = Arc::new(self.inner.requests.route(method, &format!("{}{path}", self.prefix)));
        lock(&self.inner.routes).push(Arc::clone(&route));
        route
    }

    /// Begins to count a request, whose body has this length
    pub(crate) fn begin(&self, method: &http::Method, bytes: Option<u64>) -> Exchange {
        Exchange::begin(self.clone(), method, bytes)
    }

    /// Counts a connection until it is dropped
    pub(crate) fn connection(&self) -> OpenConnection {
        OpenConnection::new(self.clone())
    }

    /// Counts what a rate limit of this name has decided
    pub(crate) fn limited(&self, name: &'static str, is_allowed: bool) {
        self.inner.requests.limited(name, is_allowed);
    }

    /// Counts how a listener has ended
    pub(crate) fn heard(&self, event: &'static str, listener: &'static str, has_succeeded: bool) {
        lock(&self.inner.listeners).entry((event, listener)).or_default()[usize::from(!has_succeeded)] += 1;
    }

    fn requests(&self) -> &Requests {
        &self.inner.requests
    }

    fn routes(&self) -> Vec<Arc<RouteMetrics>> {
        lock(&self.inner.routes).clone()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
