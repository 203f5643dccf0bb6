//! The accept loop: takes connections as they come, makes room when there is none, and survives what the system lacks.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connection::{Serving, serve};
use super::listener::Listener;
use super::live::{Live, Order};
use super::watch::Watch;

/// How long to wait after a failed `accept`, such as when the process has no descriptor left
const PAUSE: Duration = Duration::from_millis(50);

/// How many may still be taken that wait when the server stops: as many as the kernel keeps
const MAX_LEFT: usize = 4096;

/// Where connections come in
pub(crate) struct Door {
    listener: Listener,
    serving: Arc<Serving>,
    watch: Arc<Watch>,
    room: Arc<Semaphore>,
}

impl Door {
    pub(crate) fn new(listener: Listener, serving: Serving, watch: &Arc<Watch>) -> Self {
        let room = Arc::new(Semaphore::new(serving.limits.connections()));
        Self { listener, serving: Arc::new(serving), watch: Arc::clone(watch), room }
    }

    /// Accepts connections, and gives each this order, until `stop` is ready; then those that wait already
    pub(crate) async fn accept_until(&self, order: Order, mut stop: impl Future<Output = ()> + Unpin) {
        let mut stopped = false;
        let mut left = MAX_LEFT;
        loop {
            let accepted = tokio::select! {
                biased;
                () = &mut stop, if !stopped => {
                    stopped = true;
                    continue;
                }
                accepted = self.listener.accept() => accepted,
                // Whoever waits to be accepted would be reset when the listener closes.
                () = std::future::ready(()), if stopped => return,
            };
            if stopped {
                left -= 1;
                if left == 0 {
                    return;
                }
            }
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    // What has run out may be ours to give.
                    self.watch.evict();
                    if stopped {
                        return;
                    }
                    tokio::select! {
                        () = tokio::time::sleep(PAUSE) => continue,
                        () = &mut stop => return,
                    }
                }
            };
            let permit = tokio::select! {
                biased;
                permit = find_room(&self.room, &self.watch) => permit,
                () = &mut stop, if !stopped => return,
                () = std::future::ready(()), if stopped => return,
            };
            let Some(permit) = permit else { return };
            let live = Arc::new(Live::new(Arc::clone(&self.watch.clock), peer));
            live.order(order);
            self.watch.add(Arc::clone(&live));
            tokio::spawn(serve(stream, permit, live, Arc::clone(&self.serving)));
        }
    }
}

/// Room for one connection: free, or made by closing the one that has waited longest for its client
///
/// While all are busy, those who come wait in the kernel's queue.
async fn find_room(room: &Arc<Semaphore>, watch: &Watch) -> Option<OwnedSemaphorePermit> {
    if let Ok(permit) = Arc::clone(room).try_acquire_owned() {
        return Some(permit);
    }
    loop {
        watch.evict();
        let room = Arc::clone(room).acquire_owned();
        // Some connection will wait for its client before long.
        if let Ok(permit) = tokio::time::timeout(PAUSE, room).await {
            return permit.ok();
        }
    }
}
