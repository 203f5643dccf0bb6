//! Work that outlives its request, counted so that the drain can wait for it, and told when the drain begins.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The tasks of an app that the drain waits for; cloning it is cheap
#[derive(Clone, Debug, Default)]
pub(crate) struct Tasks(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    work: TaskTracker,
    after_response: TaskTracker,
    stopping: CancellationToken,
    handed_over: AtomicBool,
}

impl Tasks {
    /// Spawns on the present runtime; without one (it is shutting down) the work is dropped
    pub(crate) fn spawn_if_running(&self, work: impl Future<Output = ()> + Send + 'static) {
        spawn(&self.0.work, work);
    }

    /// The same for teardowns that run after an answer, for which the test client waits
    pub(crate) fn spawn_after_response(&self, work: impl Future<Output = ()> + Send + 'static) {
        spawn(&self.0.after_response, work);
    }

    /// Tells what would go on without end (WebSockets, event streams) to come to one
    pub(crate) fn stop_endless(&self) {
        self.0.stopping.cancel();
    }

    /// Notes that another process answers at the app's address
    pub(crate) fn hand_over(&self) {
        self.0.handed_over.store(true, Ordering::Release);
    }

    pub(crate) fn is_handed_over(&self) -> bool {
        self.0.handed_over.load(Ordering::Acquire)
    }

    /// Cancelled when the drain begins
    pub(crate) fn stopping(&self) -> CancellationToken {
        self.0.stopping.clone()
    }

    /// Waits until all work is done
    pub(crate) async fn drained(&self) {
        self.stop_endless();
        self.0.work.close();
        self.0.work.wait().await;
        self.0.after_response.close();
        self.0.after_response.wait().await;
    }

    /// Waits until the teardowns of all answers that have been sent are done
    #[cfg(feature = "testing")]
    pub(crate) async fn torn_down(&self) {
        self.0.after_response.close();
        self.0.after_response.wait().await;
        self.0.after_response.reopen();
    }
}

fn spawn(tracker: &TaskTracker, work: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = Handle::try_current() {
        tracker.spawn_on(work, &runtime);
    }
}
