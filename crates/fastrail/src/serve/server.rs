//! `serve(app)`: a server that is configured by a chain of calls and runs when it is awaited.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::net::TcpListener;

use super::accept::Door;
use super::beside::Beside;
use super::connection::Serving;
use super::drain::Drain;
use super::live::Order;
use super::watch::Watch;
use super::{Address, ConnectionLimits, Deadlines, Listen, Listening, StopSignals, systemd};
use crate::app::{App, BuiltApp};
use crate::error::Error;
use crate::observability::Metrics;

/// Serves an app until it is told to stop
///
/// ```no_run
/// use fastrail::prelude::*;
///
/// #[tokio::main]
/// async fn main() -> Result<()> {
///     fastrail::serve(App::new("Shop", "1.0.0")).await
/// }
/// ```
pub fn serve(app: App) -> Serve {
    Serve {
        app,
        listen: Listen::default(),
        listening: None,
        metrics_at: None,
        deadlines: Deadlines::default(),
        limits: ConnectionLimits::default(),
        drain_timeout: Duration::from_secs(30),
        drain_delay: Duration::ZERO,
        on_ready: None,
        stop: None,
        cut_short: None,
        signals: None,
    }
}

/// A server that is being configured; `.await` runs it
#[must_use = "a server runs when it is awaited"]
pub struct Serve {
    app: App,
    listen: Listen,
    listening: Option<Listening>,
    metrics_at: Option<MetricsAt>,
    deadlines: Deadlines,
    limits: ConnectionLimits,
    drain_timeout: Duration,
    drain_delay: Duration,
    on_ready: Option<Box<dyn FnOnce(Address) + Send>>,
    stop: Option<BoxFuture<'static, ()>>,
    cut_short: Option<BoxFuture<'static, ()>>,
    signals: Option<StopSignals>,
}

impl Serve {
    /// The address to listen on: `host:port`, or `unix:/path`. Default: `127.0.0.1:8000`
    ///
    /// A socket that systemd has opened (`LISTEN_FDS`) goes before it.
    pub fn bind(mut self, address: impl Into<String>) -> Self {
        self.listen.address = address.into();
        self
    }

    /// Whether other processes may listen on the same port (`SO_REUSEPORT`). Default: no
    ///
    /// For processes that run side by side. To replace one by another, use [`hand_over`](Self::hand_over): the kernel
    /// resets what a closing process has not accepted.
    pub fn reuse_port(mut self, reuse: bool) -> Self {
        self.listen.reuse_port = reuse;
        self
    }

    /// Listens on a socket that is open already
    pub fn listener(mut self, listener: impl Into<Listening>) -> Self {
        self.listening = Some(listener.into());
        self
    }

    /// Takes the listening socket over from the process that waits at this path, and waits there for the next one
    ///
    /// The new process starts, gets the very socket of the old one, and tells it when it answers; then the old one drains
    /// and ends. No connection is refused or reset in between. Unix only; the path's folder must belong to the service,
    /// since whoever can connect there gets the socket.
    pub fn hand_over(mut self, path: impl Into<PathBuf>) -> Self {
        self.listen.handover = Some(path.into());
        self
    }

    /// Shows the app's [metrics](crate::App::metrics) to Prometheus at `/metrics` of an address of their own, such as
    /// `127.0.0.1:9464`, to whoever can connect there. They can be read until the drain has ended
    pub fn metrics_at(mut self, address: impl Into<String>) -> Self {
        self.metrics_at = Some(MetricsAt::Address(address.into()));
        self
    }

    /// As [`metrics_at`](Self::metrics_at), on a socket that is open already
    pub fn metrics_listener(mut self, listener: impl Into<Listening>) -> Self {
        self.metrics_at = Some(MetricsAt::Open(listener.into()));
        self
    }

    /// How long a client may take
    pub fn deadlines(mut self, deadlines: Deadlines) -> Self {
        self.deadlines = deadlines;
        self
    }

    /// How much a client may send, and how many there may be
    pub fn limits(mut self, limits: ConnectionLimits) -> Self {
        self.limits = limits;
        self
    }

    /// How long running requests may take once it is told to stop. Default: 30 s, which is Kubernetes' own
    pub fn drain_timeout(mut self, timeout: Duration) -> Self {
        self.drain_timeout = timeout;
        self
    }

    /// How long it goes on to let clients in once it is told to stop, though nothing is left to do. Default: 0 s
    ///
    /// Each gets one answer, and [`Shutdown::has_begun`](crate::Shutdown::has_begun) is true, so that a load balancer which
    /// asks for readiness learns in time where to send nobody. In Kubernetes, which goes on to send requests for a moment, a
    /// few seconds stand in for a `preStop` hook that sleeps. It is part of the
    /// [`drain_timeout`](Self::drain_timeout).
    pub fn drain_delay(mut self, delay: Duration) -> Self {
        self.drain_delay = delay;
        self
    }

    /// Runs when the app has started and the socket listens, in place of the line on standard error
    pub fn on_ready(mut self, ready: impl FnOnce(Address) + Send + 'static) -> Self {
        self.on_ready = Some(Box::new(ready));
        self
    }

    /// Stops when this future is ready, in place of SIGTERM and Ctrl-C
    pub fn until(mut self, stop: impl Future<Output = ()> + Send + 'static) -> Self {
        self.stop = Some(Box::pin(stop));
        self
    }

    /// Obeys signals that were caught before, so that one that came meanwhile counts
    pub fn signals(mut self, signals: StopSignals) -> Self {
        self.signals = Some(signals);
        self
    }

    /// Ends the drain at once when this future is ready, in place of a second SIGTERM or Ctrl-C
    pub fn cut_short_by(mut self, stop: impl Future<Output = ()> + Send + 'static) -> Self {
        self.cut_short = Some(Box::pin(stop));
        self
    }

    async fn run(self) -> Result<(), Error> {
        let mut app = self.app.build().map_err(Error::cannot_start)?;
        let (mut stop, cut_short) = match (self.stop, self.cut_short) {
            (Some(stop), cut_short) => (stop, cut_short.unwrap_or_else(|| Box::pin(std::future::pending()))),
            (None, cut_short) => {
                let caught = self.signals.map_or_else(StopSignals::catch, Ok);
                told_to_stop(caught.map_err(Error::internal)?, cut_short)
            }
        };
        app.start().await?;
        let opened = match self.listening {
            Some(listening) => Ok(listening),
            None => Listening::open(&self.listen).await,
        };
        let Listening { listener, handover } = match opened {
            Ok(opened) => opened,
            Err(error) => {
                app.stop().await;
                return Err(error);
            }
        };
        let beside = match self.metrics_at {
            None => None,
            Some(at) => match at.start(app.handle.shared.metrics.clone()).await {
                Ok(beside) => Some(beside),
                Err(error) => {
                    app.stop().await;
                    return Err(error);
                }
            },
        };
        let address = listener.address().map_err(Error::internal)?;
        let watch = Arc::new(Watch::default());
        let serving = Serving { app: app.handle.clone(), deadlines: self.deadlines, limits: self.limits };
        let looking = tokio::spawn({
            let watch = Arc::clone(&watch);
            async move { watch.run(&self.deadlines).await }
        });
        let successor = handover.ready(&listener).map_err(Error::cannot_start)?;
        match self.on_ready {
            Some(ready) => ready(address),
            None => announce(&app, &address),
        }
        systemd::notify("READY=1");
        let door = Door::new(listener, serving, &watch);
        let handed_over = tokio::select! {
            biased;
            () = door.accept_until(Order::GoOn, &mut stop) => false,
            () = successor.taken_over() => true,
        };
        let door = (!handed_over).then_some(door);
        systemd::notify("STOPPING=1");
        Drain { timeout: self.drain_timeout, delay: self.drain_delay, cut_short }.run(app, &watch, door).await;
        looking.abort();
        if let Some(beside) = beside {
            beside.stop().await;
        }
        Ok(())
    }
}

/// Where the metrics are shown
enum MetricsAt {
    Address(String),
    Open(Listening),
}

impl MetricsAt {
    async fn start(self, metrics: Option<Metrics>) -> Result<Beside, Error> {
        let listening = match self {
            // Never what systemd has opened, which is the app's.
            Self::Address(address) => TcpListener::bind(&address).await.map(Listening::from).map_err(|error| {
                Error::cannot_start(format_args!("cannot listen on `{address}` for the metrics: {error}"))
            })?,
            Self::Open(listening) => listening,
        };
        Beside::start(metrics, listening).await
    }
}

impl IntoFuture for Serve {
    type Output = Result<(), Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for Serve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve").field("listen", &self.listen).finish_non_exhaustive()
    }
}

#[allow(clippy::print_stderr, reason = "whoever starts a server by hand wants to know where it is")]
fn announce(app: &BuiltApp, address: &Address) {
    match (&app.docs_path, address) {
        (Some(docs), Address::Tcp(_)) => eprintln!("{} is served at {address} (docs: {address}{docs})", app.title),
        _ => eprintln!("{} is served at {address}", app.title),
    }
}

/// When to stop, and when to end the drain
type Stops = (BoxFuture<'static, ()>, BoxFuture<'static, ()>);

/// The first signal stops, the second ends the drain; unless somebody else says when that is
fn told_to_stop(mut signals: StopSignals, cut_short: Option<BoxFuture<'static, ()>>) -> Stops {
    let (first, told) = tokio::sync::oneshot::channel();
    let (second, told_again) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        signals.next().await;
        let _ = first.send(());
        signals.next().await;
        let _ = second.send(());
    });
    let stop = Box::pin(async move { told.await.unwrap_or_default() });
    let again: BoxFuture<'static, ()> = Box::pin(async move {
        if told_again.await.is_err() {
            std::future::pending::<()>().await;
        }
    });
    (stop, cut_short.unwrap_or(again))
}
