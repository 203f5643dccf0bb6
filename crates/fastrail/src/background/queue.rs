//! Runs background work: bounded, traced, each piece safe from the others' panics.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt;
use tokio::sync::{Notify, Semaphore};
use tracing::Instrument as _;

use super::Task;
use crate::app::AppShared;
use crate::dependency::{Outcome, Teardown};
use crate::request::RequestId;
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
}

impl Background {
    pub(crate) fn new(max_running: usize) -> Self {
        Self {
            running: Semaphore::new(max_running.clamp(1, Semaphore::MAX_PERMITS)),
            waiting: AtomicUsize::new(0),
            idle: Notify::new(),
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
    request: RequestId,
    waiting: Waiting,
}

impl Work {
    pub(super) fn new(app: &Arc<AppShared>, tasks: Vec<Task>, outcome: Outcome, request: RequestId) -> Self {
        let waiting = Waiting::new(app, tasks.len());
        Self { tasks, outcome, request, waiting }
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
        let span =
            tracing::info_span!(target: "fastrail::background", "background", request_id = self.request.as_str());
        let app = Arc::clone(&self.waiting.app);
        app.tasks.spawn_if_running(self.run().instrument(span));
    }

    async fn run(mut self) {
        let app = Arc::clone(&self.waiting.app);
        let Ok(_permit) = app.background.running.acquire().await else { return };
        let outcome = self.outcome;
        for task in self.tasks {
            let ended = AssertUnwindSafe(async move { task(outcome).await }).catch_unwind().await;
            self.waiting.one_done();
            let failure = match ended {
                Ok(Ok(())) => continue,
                Ok(Err(failure)) => failure,
                Err(panic) => format!("{:?}", panicked(&*panic)),
            };
            tracing::error!(
                target: "fastrail::background",
                request_id = self.request.as_str(),
                error = failure,
                "background work failed"
            );
        }
    }
}
