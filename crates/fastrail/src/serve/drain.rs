//! The end: running requests are answered, idle connections are closed, and what outlived its request is waited for.

use std::time::Duration;

use futures_util::future::BoxFuture;

use super::live::Order;
use super::watch::Watch;
use crate::app::BuiltApp;

/// How an end is brought about
pub(crate) struct Drain {
    /// How long it may take
    pub(crate) timeout: Duration,
    /// Whether idle connections get a moment for one more request: another process answers already, so nobody waits
    pub(crate) handed_over: bool,
    /// Ready when it shall be over at once
    pub(crate) cut_short: BoxFuture<'static, ()>,
}

impl Drain {
    /// Waits for running requests and for work that outlived its request, at most until the deadline; what the lifespans
    /// registered for the end runs in any case, since a pool wants to be closed also when a client hangs
    pub(crate) async fn run(self, mut app: BuiltApp, watch: &Watch) {
        watch.order_all(if self.handed_over { Order::FinishSoon } else { Order::Finish });
        app.stop_endless();
        let done = async {
            // The connections end one by one, and each look is cheap.
            let mut look = tokio::time::interval(Duration::from_millis(5));
            while !watch.is_empty() {
                look.tick().await;
            }
            app.drained().await;
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
