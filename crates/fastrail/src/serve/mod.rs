//! Serving: listen, answer, and stop without losing an answer, as a public address with no proxy in front needs it.
//!
//! HTTP/1.1 and HTTP/2 on one port. Every step of a client has a [deadline](Deadlines), everything that it sends has a
//! [limit](ConnectionLimits), HTTP/1 is held to the letter before hyper sees it, and a full server makes room instead of
//! refusing. On SIGTERM or Ctrl-C the listener closes, running requests are answered, and what outlived its request is
//! waited for, until the drain's deadline; a second signal ends it at once.
//!
//! One file a concern: `server` is what one configures and runs, `listener` where connections come from, `accept`
//! the loop, `connection` one connection, `http1` the reader that keeps HTTP/1 strict, `live` and `watch` the
//! deadlines, `drain` the end, `handover` and `systemd` what happens around a process.

mod accept;
mod answer;
pub(crate) mod authority;
mod beside;
mod body;
mod connection;
mod deadline;
mod deadlines;
mod drain;
mod handover;
mod http1;
mod limits;
mod listener;
mod listening;
mod live;
mod server;
mod signals;
mod systemd;
mod watch;

pub(crate) use body::TooSlow;
pub(crate) use deadline::{Deadline, Expired};
pub use deadlines::Deadlines;
pub use limits::ConnectionLimits;
pub(crate) use listener::PeerAddress;
pub use listener::{Address, Listener};
pub use listening::{Listen, Listening};
pub(crate) use live::{Live, since_1970};
pub use server::{Serve, serve};
pub use signals::StopSignals;

/// What the fuzz targets enter by
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing {
    pub(crate) use super::answer::answer;
    pub(crate) use super::connection::Serving;
    pub(crate) use super::http1::{Chunked, Framing, Guard, HeadReader};
    pub(crate) use super::listener::PeerAddress;
    pub(crate) use super::live::{Exchange, Live};
}
