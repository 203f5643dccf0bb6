//! Runs background work: bounded, traced, each piece safe from the others' panics.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use futures_util::FutureExt;
use tokio::sync::{Notify, Semaphore};

use super::Task;
use crate::app::AppShared;
use crate::dependency::{Outcome, Teardown};
use crate::observability::Origin;
use crate::routing::panicked;

/// The background work of an app
#[derive(Debug)]
pub(crate) struct Background {
    /// How many requests' work runs at once
    running: Semaphore,
    /// Pieces of work that have not ended
    waiting: AtomicUsize,
    /// Told when nothing is left
    idle: Notify,
    max_running: usize,
    succeeded: AtomicU64,
    failed: AtomicU64,
    panicked: AtomicU64,
}

/// How much background work has ended, and how, and how much has not
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counts {
    pub(crate) succeeded: u64,
    pub(crate) failed: u64,
    pub(crate) panicked: u64,
    pub(crate) running: u64,
    pub(crate) waiting: u64,
}

impl Background {
    pub(crate) fn new(max_running: usize) -> Self {
        let max_running = max_running.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            running: Semaphore::new(max_running),
            max_running,
            waiting: AtomicUsize::new(0),
            idle: Notify::new(),
            succeeded: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            panicked: AtomicU64::new(0),
        }
    }

    /// Waits until all work has ended
    #[cfg(feature = "testing")]
    pub(crate) async fn idle(&self) {
        loop {
            let told = self.idle.notified();
            if self.waiting.load(Ordering::Acquire) == 0 {
                return;
            }
            told.await;
        }
    }

    /// What the metrics tell; of one request's pieces, one runs at a time
    pub(crate) fn counts(&self) -> Counts {
        let running = (self.max_running - self.running.available_permits()) as u64;
        Counts {
            succeeded: self.succeeded.load(Ordering::Relaxed),
            failed: self.failed.load(Ordering::Relaxed),
            panicked: self.panicked.load(Ordering::Relaxed),
            running,
            waiting: (self.waiting.load(Ordering::Relaxed) as u64).saturating_sub(running),
        }
    }

    fn done(&self, count: usize) {
        if self.waiting.fetch_sub(count, Ordering::AcqRel) == count {
            self.idle.notify_waiters();
        }
    }

    pub(crate) fn is_full(&self, max_waiting: usize) -> bool {
        self.waiting.load(Ordering::Relaxed) >= max_waiting
    }
}

/// Counts the pieces down, also those that never ran
struct Waiting {
    app: Arc<AppShared>,
    left: usize,
}

impl Waiting {
    fn new(app: &Arc<AppShared>, count: usize) -> Self {
        app.background.waiting.fetch_add(count, Ordering::Relaxed);
        Self { app: Arc::clone(app), left: count }
    }

    fn one_done(&mut self) {
        self.left = self.left.saturating_sub(1);
        self.app.background.done(1);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.app.background.done(self.left);
    }
}

/// One request's work, counted from now on
pub(crate) struct Work {
    tasks: Vec<Task>,
    outcome: Outcome,
    origin: Origin,
    waiting: Waiting,
}

impl Work {
    pub(super) fn new(app: &Arc<AppShared>, tasks: Vec<Task>, outcome: Outcome, origin: Origin) -> Self {
        let waiting = Waiting::new(app, tasks.len());
        Self { tasks, outcome, origin, waiting }
    }

    /// To be started when the answer has been sent, or cannot be: it is the operation's own outcome that counts
    pub(crate) fn into_teardown(self) -> Teardown {
        Box::new(move |_| {
            self.start();
            Box::pin(std::future::ready(Ok(())))
        })
    }

    /// Runs it in order, apart from the caller
    pub(crate) fn start(self) {
        let origin = self.origin.clone();
        let (request_id, trace_id) = (origin.id.as_str(), origin.trace_id());
        let span = tracing::error_span!(target: "fastrail::request", parent: None, "background", request_id, trace_id);
        let app = Arc::clone(&self.waiting.app);
        app.tasks.spawn_if_running(origin.carry(span, self.run()));
    }

    async fn run(mut self) {
        let app = Arc::clone(&self.waiting.app);
        let Ok(permit) = app.background.running.acquire().await else { return };
        let mut permit = Some(permit);
        let outcome = self.outcome;
        for task in self.tasks {
            let started = Instant::now();
            let ended = AssertUnwindSafe(async move { task(outcome).await }).catch_unwind().await;
            let background = &app.background;
            let (count, failure) = match ended {
                Ok(Ok(())) => (&background.succeeded, None),
                Ok(Err(failure)) => (&background.failed, Some(failure)),
                Err(panic) => (&background.panicked, Some(format!("{:?}", panicked(&*panic)))),
            };
            count.fetch_add(1, Ordering::Relaxed);
            let duration_ms = started.elapsed().as_micros() as f64 / 1000.0;
            match failure {
                None => tracing::debug!(target: "fastrail::background", duration_ms, "background work done"),
                Some(error) => tracing::error!(
                    target: "fastrail::background",
                    request_id = self.origin.id.as_str(),
                    duration_ms,
                    error,
                    "background work failed"
                ),
            }
            if self.waiting.left == 1 {
                // Whoever has waited for the end of all work sees none that runs.
                drop(permit.take());
            }
            self.waiting.one_done();
        }
    }
}
