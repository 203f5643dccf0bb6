//! The signals that end the process: SIGTERM (a service manager, Kubernetes) and Ctrl-C.

use std::future::Future;
use std::io;

/// Is ready when the process is told to stop.
///
/// Signals are caught from this call on, not from the first poll: one that came between would end
/// the process at once, and requests that run with it.
///
/// # Errors
/// What the system says against catching them.
#[cfg(unix)]
pub(super) fn told_to_stop() -> io::Result<impl Future<Output = ()> + Send + Unpin> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(Box::pin(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }))
}

/// Is ready when the process is told to stop.
///
/// # Errors
/// None where there is only Ctrl-C; an unsupported one is never ready.
#[cfg(not(unix))]
pub(super) fn told_to_stop() -> io::Result<impl Future<Output = ()> + Send + Unpin> {
    Ok(Box::pin(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }))
}
