//! The end: running requests are answered, idle connections are closed, and what outlived its request is waited for.
//!
//! Whoever comes meanwhile is let in for one request, since the process lives on anyway: a load balancer that has not
//! noticed yet loses nothing, and one that asks whether the app is ready is [told](crate::Shutdown) that it is not. They
//! do not make the end later: once what was there before has ended, nobody else is let in.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::accept::Door;
use super::live::{Live, Order};
use super::watch::Watch;
use crate::app::BuiltApp;

/// How an end is brought about
pub(crate) struct Drain {
    /// How long it may take
    pub(crate) timeout: Duration,
    /// How long whoever comes is let in at least
    pub(crate) delay: Duration,
    /// Ready when it shall be over at once
    pub(crate) cut_short: BoxFuture<'static, ()>,
}

impl Drain {
    /// Waits for running requests and for work that outlived its request, at most until the deadline; what the lifespans
    /// registered for the end runs in any case, since a pool wants to be closed also when a client hangs
    ///
    /// There is no door when another process has taken the listener over and answers already.
    pub(crate) async fn run(self, mut app: BuiltApp, watch: &Watch, door: Option<Door>) {
        if door.is_none() {
            app.hand_over();
        }
        watch.finish(door.is_none());
        app.stop_endless();
        let (worked, worked_late) = (app.drained(), app.drained());
        let done = async {
            if let Some(door) = door {
                let before = watch.all();
                let ended = async {
                    tokio::join!(gone(&before), worked, tokio::time::sleep(self.delay));
                };
                door.accept_until(Order::FinishSoon, std::pin::pin!(ended)).await;
            }
            gone(&watch.all()).await;
            worked_late.await;
        };
        tokio::select! {
            () = done => {}
            () = tokio::time::sleep(self.timeout) => {
                tracing::warn!(seconds = self.timeout.as_secs_f64(), "the drain's deadline has passed; stopping with work left");
            }
            () = self.cut_short => tracing::warn!("told to stop again; stopping with work left"),
        }
        watch.order_all(Order::Close);
        app.run_stops().await;
    }
}

/// Waits until these connections have ended: they do so one by one, and each look is cheap
async fn gone(connections: &[Arc<Live>]) {
    let mut look = tokio::time::interval(Duration::from_millis(5));
    while !connections.iter().all(|live| live.is_gone()) {
        look.tick().await;
    }
}
