//! Where the server listens and what it bears.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use fastrail::Settings;
use fastrail::settings::ByteSize;
use ipnet::IpNet;

/// Settings of the server.
#[derive(Debug, Clone, PartialEq, Eq, Settings)]
pub struct ServerSettings {
    /// Address to listen on; 0.0.0.0 for every interface
    #[setting(name = "HOST", default = "127.0.0.1")]
    pub host: IpAddr,
    /// Port to listen on; 0 takes a free one
    #[setting(name = "PORT", default = 8000)]
    pub port: u16,
    /// Threads that requests run on
    #[setting(name = "WORKERS", default = cores(), ge = 1, le = 1024)]
    pub workers: usize,
    /// Path of a Unix socket to listen on, in place of `HOST` and `PORT`
    pub socket: Option<PathBuf>,
    /// Whether other processes may listen on the same port
    #[setting(default)]
    pub reuse_port: bool,
    /// Where the process before hands its listening socket over, and this one to the next
    pub handover_socket: Option<PathBuf>,
    /// Proxies whose forwarded headers count: addresses, networks and `unix`, with commas between
    #[setting(name = "TRUSTED_PROXIES", default, check = are_proxies)]
    pub trusted_proxies: Vec<String>,
    /// The path that a proxy cuts off
    #[setting(default, check = is_root_path)]
    pub root_path: String,
    /// What a client may send, and how many there may be.
    #[setting(flatten)]
    pub limits: ServerLimits,
    /// How long a client may take.
    #[setting(flatten)]
    pub deadlines: ServerDeadlines,
    /// How long running requests may take to end at shutdown
    #[setting(default = "30s", ge = "0s", le = "1h")]
    pub drain_timeout: Duration,
    /// How long it is at least served on after the signal to stop, with 503 at `/health/ready`, so that load balancers
    /// notice; part of the time above
    #[setting(default = "0s", ge = "0s", le = "1h")]
    pub drain_delay: Duration,
}

/// What a client may send, and how many there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Settings)]
pub struct ServerLimits {
    /// Most connections at once; never more than the limit of open files allows
    #[setting(default = 10_000, ge = 1, le = 1_000_000)]
    pub max_connections: usize,
    /// Longest path with its query; beyond it 414
    #[setting(default = "8KiB", ge = "256B", le = "64KiB")]
    pub max_uri_bytes: ByteSize,
    /// Longest head of a request; beyond it 431
    #[setting(default = "32KiB", ge = "1KiB", le = "256KiB")]
    pub max_header_bytes: ByteSize,
    /// Most headers of a request; beyond it 431
    #[setting(default = 100, ge = 10, le = 100)]
    pub max_headers: usize,
    /// Most requests at once on one HTTP/2 connection
    #[setting(default = 100, ge = 1, le = 10_000)]
    pub max_streams: u32,
    /// Largest request body; beyond it 413
    #[setting(default = "1MiB", ge = "1B", le = "1GiB")]
    pub max_body_bytes: ByteSize,
}

/// How long a client may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Settings)]
pub struct ServerDeadlines {
    /// How long a new connection may take for its first byte
    #[setting(name = "SERVER__FIRST_BYTE_TIMEOUT", default = "10s", ge = "50ms", le = "1h")]
    pub first_byte: Duration,
    /// How long the head of a request may take; then 408
    #[setting(name = "SERVER__HEADER_TIMEOUT", default = "10s", ge = "50ms", le = "1h")]
    pub header: Duration,
    /// The time in which `SERVER__BODY_MIN_BYTES` of a body must come; else 408
    #[setting(name = "SERVER__BODY_TIMEOUT", default = "20s", ge = "50ms", le = "1h")]
    pub body: Duration,
    /// How much of a body must come in that time
    #[setting(default = "1KiB", ge = "1B", le = "1GiB")]
    pub body_min_bytes: ByteSize,
    /// How long a connection may be idle between requests; longer than a load balancer's own
    #[setting(name = "SERVER__KEEP_ALIVE_TIMEOUT", default = "75s", ge = "50ms", le = "1h")]
    pub keep_alive: Duration,
    /// How long a client may take nothing of its answer
    #[setting(name = "SERVER__WRITE_TIMEOUT", default = "30s", ge = "50ms", le = "1h")]
    pub write: Duration,
    /// How long an operation may take; then 503
    #[setting(name = "SERVER__REQUEST_TIMEOUT", default = "60s", ge = "50ms", le = "1h")]
    pub request: Duration,
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Addresses and networks; the server reads them again into its own form.
fn are_proxies(proxies: &[String]) -> Result<(), String> {
    proxies.iter().try_for_each(|proxy| {
        let is_address = proxy == "unix" || proxy.parse::<IpAddr>().is_ok();
        let is_network = proxy.parse::<IpNet>().is_ok_and(|network| network.trunc() == network);
        if is_address || is_network {
            return Ok(());
        }
        Err(format!(
            "should be addresses, networks such as 10.0.0.0/8, or unix, with commas between, and has '{proxy}'"
        ))
    })
}

fn is_root_path(text: &str) -> Result<(), String> {
    let is_path = text.starts_with('/') && !text.ends_with('/') && !text.contains(['?', '#', '"', '<', ' ']);
    if is_path { Ok(()) } else { Err(format!("should be a path such as /shop, and is '{text}'")) }
}
