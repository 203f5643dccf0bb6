//! The signals that stop a server: SIGTERM (a service manager, Kubernetes) and Ctrl-C.

use std::io;

/// Catches signals from the moment it is made, so that one that comes during the start drains too
///
/// ```no_run
/// use fastrail::serve::StopSignals;
///
/// # async fn example() -> std::io::Result<()> {
/// let mut signals = StopSignals::catch()?;
/// signals.next().await; // told to stop
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct StopSignals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl StopSignals {
    /// Catches SIGTERM and SIGINT from now on
    ///
    /// # Errors
    /// What the system says against it.
    pub fn catch() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Waits for the next one; losing the future loses none
    pub async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
