//! Serving: listen, answer, and stop without losing an answer.
//!
//! HTTP/1.1 and HTTP/2 on one port. On SIGTERM or Ctrl-C the listener closes, running requests are answered, and what
//! outlived its request is waited for, until the drain's deadline.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};

use super::{App, AppHandle, BuiltApp};
use crate::error::Error;
use crate::request::Body;

/// How long a client may take for the header block
const HEADER_DEADLINE: Duration = Duration::from_secs(30);

/// How long to wait after a failed `accept`, such as when the process has no descriptor left
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

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
        address: "127.0.0.1:8000".to_owned(),
        listener: None,
        drain_timeout: Duration::from_secs(30),
        on_ready: None,
        stop: None,
    }
}

/// A server that is being configured; `.await` runs it
#[must_use = "a server runs when it is awaited"]
pub struct Serve {
    app: App,
    address: String,
    listener: Option<TcpListener>,
    drain_timeout: Duration,
    on_ready: Option<Box<dyn FnOnce(SocketAddr) + Send>>,
    stop: Option<BoxFuture<'static, ()>>,
}

impl Serve {
    /// The address to listen on. Default: `127.0.0.1:8000`
    pub fn bind(mut self, address: impl Into<String>) -> Self {
        self.address = address.into();
        self
    }

    /// Listens on a socket that is open already
    pub fn listener(mut self, listener: TcpListener) -> Self {
        self.listener = Some(listener);
        self
    }

    /// How long running requests may take once it is told to stop. Default: 30 s
    pub fn drain_timeout(mut self, timeout: Duration) -> Self {
        self.drain_timeout = timeout;
        self
    }

    /// Runs when the app has started and the socket listens, in place of the line on standard error
    pub fn on_ready(mut self, ready: impl FnOnce(SocketAddr) + Send + 'static) -> Self {
        self.on_ready = Some(Box::new(ready));
        self
    }

    /// Stops when this future is ready, in place of SIGTERM and Ctrl-C
    pub fn until(mut self, stop: impl Future<Output = ()> + Send + 'static) -> Self {
        self.stop = Some(Box::pin(stop));
        self
    }

    async fn run(self) -> Result<(), Error> {
        let mut app = self.app.build().map_err(Error::cannot_start)?;
        app.start().await?;
        let listener = match self.listener {
            Some(listener) => Ok(listener),
            None => TcpListener::bind(&self.address).await,
        };
        let listener = match listener {
            Ok(listener) => listener,
            Err(error) => {
                app.stop().await;
                return Err(Error::cannot_start(format_args!("cannot listen on {}: {error}", self.address)));
            }
        };
        let address = listener.local_addr().map_err(Error::internal)?;
        let stop = match self.stop {
            Some(stop) => stop,
            None => told_to_stop()?,
        };
        match self.on_ready {
            Some(ready) => ready(address),
            None => announce(&app, address),
        }
        let graceful = accept_until(listener, &app.handle, stop).await;
        drain(app, graceful, self.drain_timeout).await;
        Ok(())
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
        f.debug_struct("Serve").field("address", &self.address).finish_non_exhaustive()
    }
}

#[allow(clippy::print_stderr, reason = "whoever starts a server by hand wants to know where it is")]
fn announce(app: &BuiltApp, address: SocketAddr) {
    match &app.docs_path {
        Some(docs) => eprintln!("{} is served at http://{address} (docs: http://{address}{docs})", app.title),
        None => eprintln!("{} is served at http://{address}", app.title),
    }
}

/// Accepts connections until `stop` is ready; answers what must be waited for
async fn accept_until(listener: TcpListener, handle: &AppHandle, stop: BoxFuture<'static, ()>) -> GracefulShutdown {
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => return graceful,
        };
        match accepted {
            Ok((stream, _)) => connect(stream, handle.clone(), &graceful),
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::select! {
                    () = tokio::time::sleep(ACCEPT_PAUSE) => {}
                    () = &mut stop => return graceful,
                }
            }
        }
    }
}

/// Serves one connection in a task of its own
fn connect(stream: TcpStream, handle: AppHandle, graceful: &GracefulShutdown) {
    // Small answers leave at once; hyper writes an answer in one go.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_DEADLINE).writev(false);
    builder.http2().timer(TokioTimer::new());
    let service = service_fn(move |request: Request<Incoming>| {
        let handle = handle.clone();
        async move { Ok::<_, std::convert::Infallible>(handle.handle(request.map(Body::new)).await) }
    });
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(error, "a connection ended early");
        }
    });
}

/// Waits for running requests and for work that outlived its request, at most until the deadline; what the lifespans
/// registered for the end runs in any case, since a pool wants to be closed also when a client hangs
async fn drain(mut app: BuiltApp, graceful: GracefulShutdown, timeout: Duration) {
    app.stop_endless();
    let work = async {
        graceful.shutdown().await;
        app.drained().await;
    };
    if tokio::time::timeout(timeout, work).await.is_err() {
        tracing::warn!(seconds = timeout.as_secs_f64(), "the drain's deadline has passed; stopping with work left");
    }
    app.run_stops().await;
}

/// SIGTERM (a service manager, Kubernetes) or Ctrl-C, listened to from this call on
///
/// So it is called before anybody is told that the server is ready: a signal that comes right then must drain.
fn told_to_stop() -> Result<BoxFuture<'static, ()>, Error> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::internal)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(Error::internal)?;
        Ok(Box::pin(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }))
    }
    #[cfg(not(unix))]
    Ok(Box::pin(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }))
}
