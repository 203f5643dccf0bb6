//! Where connections come from: a TCP port, a Unix socket, or a descriptor that somebody else opened.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};

use crate::error::Error;

/// How many connections may wait to be accepted: what Linux allows by default (`net.core.somaxconn`)
#[cfg(unix)]
const BACKLOG: i32 = 4096;

/// An open socket that listens
#[derive(Debug)]
pub enum Listener {
    /// A TCP port
    Tcp(TcpListener),
    /// A Unix socket
    #[cfg(unix)]
    Unix(UnixListener),
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Self::Tcp(listener)
    }
}

#[cfg(unix)]
impl From<UnixListener> for Listener {
    fn from(listener: UnixListener) -> Self {
        Self::Unix(listener)
    }
}

#[cfg(unix)]
impl std::os::fd::AsFd for Listener {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        match self {
            Self::Tcp(listener) => listener.as_fd(),
            Self::Unix(listener) => listener.as_fd(),
        }
    }
}

/// Where a server listens
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A TCP port
    Tcp(SocketAddr),
    /// The path of a Unix socket; `None` for one without a name
    Unix(Option<std::path::PathBuf>),
}

impl Address {
    /// The TCP address; `None` for a Unix socket
    pub fn tcp(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(address) => Some(*address),
            Self::Unix(_) => None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "http://{address}"),
            Self::Unix(Some(path)) => write!(f, "unix:{}", path.display()),
            Self::Unix(None) => f.write_str("a Unix socket"),
        }
    }
}

/// Whose connection it is
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PeerAddress {
    Tcp(SocketAddr),
    /// Somebody on this machine
    Unix,
}

/// One connection
#[derive(Debug)]
pub(crate) enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Listener {
    /// Listens on `host:port`, or on `unix:/path`
    ///
    /// With `reuse_port`, several processes may listen on one port (`SO_REUSEPORT`): the kernel spreads connections over
    /// them. A process that stops loses those that it had not accepted; the hand-over does not.
    ///
    /// # Errors
    /// When it cannot listen there; the text names the address.
    pub async fn bind(address: &str, reuse_port: bool) -> Result<Self, Error> {
        let bound = match address.strip_prefix("unix:") {
            Some(path) => bind_unix(path.as_ref()),
            None => bind_tcp(address, reuse_port).await.map(Self::Tcp),
        };
        bound.map_err(|error| Error::cannot_start(format_args!("cannot listen on {address}: {error}")))
    }

    /// Where it listens
    ///
    /// # Errors
    /// The system's.
    pub fn address(&self) -> io::Result<Address> {
        match self {
            Self::Tcp(listener) => listener.local_addr().map(Address::Tcp),
            #[cfg(unix)]
            Self::Unix(listener) => {
                listener.local_addr().map(|address| Address::Unix(address.as_pathname().map(Into::into)))
            }
        }
    }

    /// A listening descriptor of another process
    #[cfg(unix)]
    pub(crate) fn from_descriptor(descriptor: std::os::fd::OwnedFd) -> io::Result<Self> {
        let socket = socket2::Socket::from(descriptor);
        socket.set_nonblocking(true)?;
        match socket.domain()? {
            socket2::Domain::UNIX => UnixListener::from_std(socket.into()).map(Self::Unix),
            _ => TcpListener::from_std(socket.into()).map(Self::Tcp),
        }
    }

    pub(crate) async fn accept(&self) -> io::Result<(Stream, PeerAddress)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // Small answers leave at once; hyper writes an answer in one go.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "cannot set TCP_NODELAY");
                }
                Ok((Stream::Tcp(stream), PeerAddress::Tcp(peer)))
            }
            #[cfg(unix)]
            Self::Unix(listener) => {
                let (stream, _) = listener.accept().await?;
                Ok((Stream::Unix(stream), PeerAddress::Unix))
            }
        }
    }
}

#[cfg(unix)]
async fn bind_tcp(address: &str, reuse_port: bool) -> io::Result<TcpListener> {
    use socket2::{Domain, Protocol, Socket, Type};
    let mut failure = io::Error::new(io::ErrorKind::InvalidInput, "the name has no address");
    for address in tokio::net::lookup_host(address).await? {
        let bind = || {
            let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
            socket.set_reuse_address(true)?;
            socket.set_reuse_port(reuse_port)?;
            socket.set_nonblocking(true)?;
            socket.bind(&address.into())?;
            socket.listen(BACKLOG)?;
            TcpListener::from_std(socket.into())
        };
        match bind() {
            Ok(listener) => return Ok(listener),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

#[cfg(not(unix))]
async fn bind_tcp(address: &str, _: bool) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}

/// Takes the place of a socket that nobody listens on any more
#[cfg(unix)]
fn bind_unix(path: &std::path::Path) -> io::Result<Listener> {
    use std::os::unix::fs::FileTypeExt;
    if std::fs::symlink_metadata(path).is_ok_and(|meta| meta.file_type().is_socket()) {
        if std::os::unix::net::UnixStream::connect(path).is_ok() {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        std::fs::remove_file(path)?;
    }
    UnixListener::bind(path).map(Listener::Unix)
}

#[cfg(not(unix))]
fn bind_unix(_: &std::path::Path) -> io::Result<Listener> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "there are no Unix sockets here"))
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_read(cx, buffer),
            #[cfg(unix)]
            Self::Unix(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write(cx, bytes),
            #[cfg(unix)]
            Self::Unix(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(())) // sockets keep nothing back
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
            #[cfg(unix)]
            Self::Unix(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
