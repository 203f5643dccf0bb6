//! How much a client may send before an operation sees it, and how many clients there may be.

use super::http1::HeadLimits;

/// The limits of every connection; each can be set by [`Serve::limits`](super::Serve::limits)
///
/// What a body may hold is [`Limits`](crate::Limits), or a route's own `max_body_bytes`.
///
/// | limit | HTTP/1.1 | HTTP/2 |
/// | --- | --- | --- |
/// | target | 414 | 414 |
/// | number of headers | 431 | 431 |
/// | size of the headers | 431 | the stream is refused by `h2`: `SETTINGS_MAX_HEADER_LIST_SIZE` |
/// | requests at once on a connection | 1 | `max_streams` |
/// | streams that a client resets at once | | 20 (`h2`, CVE-2023-44487), then `GOAWAY` |
/// | `CONTINUATION` frames | | as many as the header list's size allows (`h2`, CVE-2024-27316) |
/// | extensions and trailers of a chunked body | 16 KiB, then 400 | |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// The most connections at once. Default: 10,000; never more than the process's file descriptors allow, less a
    /// reserve for the database and files. When it is reached, the connection that has waited longest for its client
    /// makes room for a new one
    pub max_connections: usize,
    /// The longest target (path and query), in bytes. Default: 8 KiB, as nginx and Apache have it
    pub max_target_bytes: usize,
    /// The longest head, in bytes, 256 KiB at most. Default: 32 KiB: cookies of many services on one domain fit
    pub max_head_bytes: usize,
    /// The most headers of a request, 100 at most. Default: 100, which is hyper's own bound for reading without a heap
    pub max_headers: usize,
    /// The most requests at once on one HTTP/2 connection. Default: 100, the least that RFC 9113 §6.5.2 recommends
    pub max_streams: u32,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            max_connections: 10_000,
            max_target_bytes: 8 * 1024,
            max_head_bytes: 32 * 1024,
            max_headers: 100,
            max_streams: 100,
        }
    }
}

impl ConnectionLimits {
    pub(crate) fn head(&self) -> HeadLimits {
        HeadLimits {
            max_target: self.max_target_bytes,
            max_head: self.max_head_bytes.min(256 * 1024),
            max_fields: self.max_headers.min(100),
        }
    }

    /// The connections that the process can bear
    pub(crate) fn connections(&self) -> usize {
        let wanted = self.max_connections.max(1);
        let Some(descriptors) = descriptors() else { return wanted };
        // A database pool, files, the listener, what the runtime has: at least 32, and a quarter where there are few.
        let reserve = (descriptors / 4).clamp(32, 512);
        let possible = descriptors.saturating_sub(reserve).max(1);
        if possible < wanted {
            tracing::info!(
                descriptors,
                wanted,
                possible,
                "fewer connections than wanted: raise the limit of open files"
            );
        }
        possible.min(wanted)
    }
}

/// How many file descriptors the process may have
#[cfg(unix)]
fn descriptors() -> Option<usize> {
    use rustix::process::{Resource, getrlimit};
    getrlimit(Resource::Nofile).current.and_then(|limit| usize::try_from(limit).ok())
}

#[cfg(not(unix))]
fn descriptors() -> Option<usize> {
    None
}
