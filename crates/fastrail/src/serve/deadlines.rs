//! How long a client may take.

use std::time::Duration;

/// The deadlines of every connection; each can be set by [`Serve::deadlines`](super::Serve::deadlines)
///
/// They are kept within a quarter of a second. How long an operation may take is
/// [`Limits::request_timeout`](crate::Limits::request_timeout).
///
/// ```
/// use std::time::Duration;
/// use fastrail::serve::Deadlines;
///
/// let deadlines = Deadlines { keep_alive: Duration::from_secs(620), ..Deadlines::default() };
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// From the connection to its first byte; then it is closed. Default: 10 s, since a client that connects has
    /// something to say; what browsers open in advance they open again
    pub first_byte: Duration,
    /// From a head's first byte to its last; then 408. Default: 10 s, which is enough for 32 KiB over the slowest of
    /// lines
    pub head: Duration,
    /// The interval in which at least [`body_bytes`](Self::body_bytes) of a body must come while the operation waits for
    /// them; else 408. Default: 20 s, so that a phone may change its network
    pub body: Duration,
    /// How many bytes must come in each interval. Default: 1,024; a client that drips one a second is no client
    pub body_bytes: u64,
    /// From an answer to the next request; then the connection is closed. Default: 75 s: longer than the 60 s that load
    /// balancers keep theirs, so that it is they who close
    pub keep_alive: Duration,
    /// How long a client may take no byte of its answer; then the connection is closed. Default: 30 s
    pub write: Duration,
    /// How long closing waits for a client that still sends, so that it can read why it was refused. Default: 1 s
    pub linger: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            first_byte: Duration::from_secs(10),
            head: Duration::from_secs(10),
            body: Duration::from_secs(20),
            body_bytes: 1024,
            keep_alive: Duration::from_secs(75),
            write: Duration::from_secs(30),
            linger: Duration::from_secs(1),
        }
    }
}
