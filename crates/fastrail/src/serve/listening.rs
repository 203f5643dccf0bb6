//! How the listening socket is come by: opened, given, opened by systemd, or taken over from the process before.

use std::path::PathBuf;

use super::handover::Handover;
use super::{Listener, systemd};
use crate::error::Error;

/// Where to listen
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// `host:port`, or `unix:/path`. Default: `127.0.0.1:8000`
    pub address: String,
    /// Whether other processes may listen on the same port (`SO_REUSEPORT`). Default: no
    pub reuse_port: bool,
    /// Where the process before waits to hand its socket over; see [`Serve::hand_over`](super::Serve::hand_over).
    /// Default: nowhere
    pub handover: Option<PathBuf>,
}

impl Default for Listen {
    fn default() -> Self {
        Self { address: "127.0.0.1:8000".to_owned(), reuse_port: false, handover: None }
    }
}

/// A socket that listens, and what has to be done for those around this process
///
/// [`Serve`](super::Serve) opens it at the end of the start. Open it by hand to know early that the port is free.
#[derive(Debug)]
pub struct Listening {
    pub(super) listener: Listener,
    pub(super) handover: Handover,
}

impl Listening {
    /// Gets a socket: from systemd (`LISTEN_FDS`), from the process before, else a new one
    ///
    /// # Errors
    /// Why there is none, with the address.
    pub async fn open(listen: &Listen) -> Result<Self, Error> {
        let mut handover = Handover::new(listen.handover.clone());
        let listener = match systemd::activated()? {
            Some(listener) => listener,
            None => match handover.take_over().await? {
                Some(listener) => listener,
                None => Listener::bind(&listen.address, listen.reuse_port).await?,
            },
        };
        Ok(Self { listener, handover })
    }
}

impl<L: Into<Listener>> From<L> for Listening {
    fn from(listener: L) -> Self {
        Self { listener: listener.into(), handover: Handover::new(None) }
    }
}
