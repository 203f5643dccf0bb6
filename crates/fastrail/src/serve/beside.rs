//! The metrics on a port of their own: a second, small server beside the app's, which goes on while that one drains.

use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::accept::Door;
use super::connection::Serving;
use super::live::Order;
use super::watch::Watch;
use super::{ConnectionLimits, Deadlines, Listening};
use crate::app::BuiltApp;
use crate::error::Error;
use crate::observability::Metrics;

/// The most connections: a few collectors ask, and nobody else
const MAX_CONNECTIONS: usize = 64;

/// A server beside the app's, until it is stopped
pub(crate) struct Beside {
    app: BuiltApp,
    watch: Arc<Watch>,
    stop: oneshot::Sender<()>,
    accepting: JoinHandle<()>,
    looking: JoinHandle<()>,
}

impl Beside {
    /// Shows the metrics of an app to whoever connects
    ///
    /// # Errors
    /// The app counts nothing.
    pub(crate) async fn start(metrics: Option<Metrics>, listening: Listening) -> Result<Self, Error> {
        let Some(metrics) = metrics else {
            return Err(Error::cannot_start("the app has no metrics to serve: call `App::metrics(Metrics::new())`"));
        };
        let mut app = metrics.app().build().map_err(Error::cannot_start)?;
        app.start().await?;
        let watch = Arc::new(Watch::default());
        let limits = ConnectionLimits { max_connections: MAX_CONNECTIONS, ..ConnectionLimits::default() };
        let serving = Serving { app: app.handle.clone(), deadlines: Deadlines::default(), limits };
        let door = Door::new(listening.listener, serving, &watch);
        let (stop, mut stopped) = oneshot::channel();
        let accepting = tokio::spawn(async move {
            let stopped = std::pin::pin!(async { (&mut stopped).await.unwrap_or_default() });
            door.accept_until(Order::GoOn, stopped).await;
        });
        let looking = tokio::spawn({
            let watch = Arc::clone(&watch);
            async move { watch.run(&Deadlines::default()).await }
        });
        Ok(Self { app, watch, stop, accepting, looking })
    }

    /// Ends it at once; who asks then gets nothing
    pub(crate) async fn stop(mut self) {
        // It has ended by itself when nobody hears.
        let _ = self.stop.send(());
        let _ = self.accepting.await;
        self.watch.order_all(Order::Close);
        self.looking.abort();
        self.app.stop().await;
    }
}
