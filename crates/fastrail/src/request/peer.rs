//! Where a request comes from: the connection's other end, as the server sees it.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use crate::serve::{Live, PeerAddress, since_1970};

/// The connection of a request; none in process, as with `TestClient`
#[derive(Clone, Default)]
pub(crate) struct Peer {
    live: Option<Arc<Live>>,
    /// Whether the connection answers one request at a time, so that the watch can keep its deadline
    is_watched: bool,
    /// What a test says instead; boxed, since every request is moved with it
    pretended: Option<Box<SocketAddr>>,
}

impl Peer {
    pub(crate) fn of(live: Arc<Live>, is_watched: bool) -> Self {
        Self { live: Some(live), is_watched, pretended: None }
    }

    /// The peer of a request without one
    pub(crate) fn nobody() -> &'static Self {
        static NOBODY: Peer = Peer { live: None, is_watched: false, pretended: None };
        &NOBODY
    }

    /// A peer for tests
    #[cfg(any(test, feature = "testing", feature = "fuzzing"))]
    pub(crate) fn pretend(address: SocketAddr) -> Self {
        Self { live: None, is_watched: false, pretended: Some(Box::new(address)) }
    }

    /// Who keeps a request's deadline
    pub(crate) fn watched(&self) -> Option<&Live> {
        if self.is_watched { self.live.as_deref() } else { None }
    }

    /// Whether a request of it may have ids already, its own or its trace's; HTTP/1's heads have been looked through
    pub(crate) fn may_tell_ids(&self) -> bool {
        self.live.as_ref().is_none_or(|live| !self.is_watched || live.tells_ids())
    }

    /// The milliseconds since 1970, a few hundred of them late where there is a connection
    pub(crate) fn date(&self) -> u64 {
        self.live.as_ref().map_or_else(since_1970, |live| live.clock.date())
    }

    /// Its address; `None` for a Unix socket and in process
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        match self.live.as_ref().map(|live| live.peer) {
            Some(PeerAddress::Tcp(address)) => Some(address),
            Some(PeerAddress::Unix) => None,
            None => self.pretended.as_deref().copied(),
        }
    }

    pub(crate) fn is_local(&self) -> bool {
        self.live.as_ref().is_some_and(|live| live.peer == PeerAddress::Unix)
    }

    /// The address without the port
    pub(crate) fn ip(&self) -> Option<IpAddr> {
        self.address().map(|address| address.ip().to_canonical())
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.address())
    }
}
