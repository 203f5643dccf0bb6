//! systemd: sockets that it opened (`LISTEN_FDS`), and telling it how the service is (`NOTIFY_SOCKET`).
//!
//! With a socket unit, connections wait in the kernel while the service restarts, so that none is refused.

#[cfg(unix)]
use std::os::unix::net::UnixDatagram;

use super::Listener;
use crate::error::Error;

/// The first socket that a service manager opened for this process, if any
///
/// # Errors
/// When it is neither a TCP listener nor a Unix one.
#[cfg(unix)]
pub(crate) fn activated() -> Result<Option<Listener>, Error> {
    let mut sockets = listenfd::ListenFd::from_env();
    if sockets.len() == 0 {
        return Ok(None);
    }
    let unusable = |error| Error::cannot_start(format_args!("the socket of LISTEN_FDS cannot be used: {error}"));
    if let Ok(Some(listener)) = sockets.take_tcp_listener(0) {
        listener.set_nonblocking(true).map_err(unusable)?;
        return tokio::net::TcpListener::from_std(listener).map(|listener| Some(listener.into())).map_err(unusable);
    }
    match sockets.take_unix_listener(0).map_err(unusable)? {
        Some(listener) => {
            listener.set_nonblocking(true).map_err(unusable)?;
            tokio::net::UnixListener::from_std(listener).map(|listener| Some(listener.into())).map_err(unusable)
        }
        None => Ok(None),
    }
}

#[cfg(not(unix))]
pub(crate) fn activated() -> Result<Option<Listener>, Error> {
    Ok(None)
}

/// Tells the service manager: `READY=1`, `STOPPING=1`; without one, nobody (`sd_notify(3)`)
#[cfg(unix)]
pub(crate) fn notify(state: &str) {
    #[expect(clippy::disallowed_methods, reason = "the service manager's own channel, not a setting")]
    let Some(socket) = std::env::var_os("NOTIFY_SOCKET") else { return };
    if let Err(error) = send(socket.as_encoded_bytes(), state) {
        tracing::warn!(%error, state, "cannot notify the service manager");
    }
}

#[cfg(not(unix))]
pub(crate) fn notify(_: &str) {}

#[cfg(unix)]
fn send(socket: &[u8], state: &str) -> std::io::Result<()> {
    use std::os::unix::ffi::OsStrExt;
    let datagram = UnixDatagram::unbound()?;
    #[cfg(target_os = "linux")]
    if let Some(name) = socket.strip_prefix(b"@") {
        use std::os::linux::net::SocketAddrExt;
        let address = std::os::unix::net::SocketAddr::from_abstract_name(name)?;
        return datagram.send_to_addr(state.as_bytes(), &address).map(|_| ());
    }
    datagram.send_to(state.as_bytes(), std::path::Path::new(std::ffi::OsStr::from_bytes(socket))).map(|_| ())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_service_manager_is_told_by_path_and_by_abstract_name() {
        use std::os::linux::net::SocketAddrExt;
        let mut buffer = [0; 16];
        let name = format!("fastrail-notify-{}", std::process::id());
        let path = std::env::temp_dir().join(&name);
        let by_path = UnixDatagram::bind(&path).expect("a socket");
        send(path.as_os_str().as_encoded_bytes(), "READY=1").expect("it listens");
        std::fs::remove_file(&path).expect("the socket");
        let length = by_path.recv(&mut buffer).expect("a message");
        assert_eq!(&buffer[..length], b"READY=1");
        let address = std::os::unix::net::SocketAddr::from_abstract_name(&name).expect("a name");
        let by_name = UnixDatagram::bind_addr(&address).expect("a socket");
        send(format!("@{name}").as_bytes(), "STOPPING=1").expect("it listens");
        let length = by_name.recv(&mut buffer).expect("a message");
        assert_eq!(&buffer[..length], b"STOPPING=1");
    }
}
