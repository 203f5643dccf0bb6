//! Work that outlives its request, counted so that the drain can wait for it.

use std::future::Future;

use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

/// The tasks of an app that the drain waits for
#[derive(Clone, Debug, Default)]
pub(crate) struct Tasks(TaskTracker);

impl Tasks {
    /// Spawns on the present runtime; without one (it is shutting down) the work is dropped
    pub(crate) fn spawn_if_running(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Ok(runtime) = Handle::try_current() {
            self.0.spawn_on(work, &runtime);
        }
    }

    /// Waits until all work is done
    pub(crate) async fn drained(&self) {
        self.0.close();
        self.0.wait().await;
    }
}
