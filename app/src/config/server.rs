//! Where the server listens and what it bears.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

use super::{durations::duration, reader::Reader};

/// Settings of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// `HOST`: the address to listen on (127.0.0.1: this machine only).
    pub host: IpAddr,
    /// `PORT`: the port to listen on (8000); 0 takes a free one.
    pub port: u16,
    /// `WORKERS`: threads that requests run on (one a core).
    pub workers: usize,
    /// `SERVER__SOCKET`: the path of a Unix socket to listen on in place of `HOST` and `PORT`.
    pub socket: Option<PathBuf>,
    /// `SERVER__REUSE_PORT`: whether other processes may listen on the same port (false).
    pub reuse_port: bool,
    /// `SERVER__HANDOVER_SOCKET`: where the process before hands its listening socket over, and
    /// this one to the next (nowhere).
    pub handover_socket: Option<PathBuf>,
    /// `SERVER__TRUSTED_PROXIES`: addresses, networks and `unix`, with commas between (none).
    pub trusted_proxies: Vec<String>,
    /// `SERVER__ROOT_PATH`: the path that a proxy cuts off (none).
    pub root_path: String,
    /// What a client may send, and how many there may be.
    pub limits: ServerLimits,
    /// How long a client may take.
    pub deadlines: ServerDeadlines,
    /// `SERVER__DRAIN_TIMEOUT`: how long running requests may take to end at shutdown (30s).
    pub drain_timeout: Duration,
    /// `SERVER__DRAIN_DELAY`: how long it is at least served on after the signal to stop, with 503 at `/health/ready`, so
    /// that load balancers notice (0s); part of the time above.
    pub drain_delay: Duration,
}

/// What a client may send, and how many there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerLimits {
    /// `SERVER__MAX_CONNECTIONS`: the most connections at once (10,000).
    pub max_connections: usize,
    /// `SERVER__MAX_URI_BYTES`: the longest path with its query (8,192).
    pub max_uri_bytes: usize,
    /// `SERVER__MAX_HEADER_BYTES`: the longest head of a request (32,768).
    pub max_header_bytes: usize,
    /// `SERVER__MAX_HEADERS`: the most headers of a request (100).
    pub max_headers: usize,
    /// `SERVER__MAX_STREAMS`: the most requests at once on one HTTP/2 connection (100).
    pub max_streams: u32,
    /// `SERVER__MAX_BODY_BYTES`: the largest request body (1,048,576).
    pub max_body_bytes: usize,
}

/// How long a client may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerDeadlines {
    /// `SERVER__FIRST_BYTE_TIMEOUT`: from the connection to its first byte (10s).
    pub first_byte: Duration,
    /// `SERVER__HEADER_TIMEOUT`: for the whole head of a request (10s).
    pub header: Duration,
    /// `SERVER__BODY_TIMEOUT`: the time in which `SERVER__BODY_MIN_BYTES` must come (20s).
    pub body: Duration,
    /// `SERVER__BODY_MIN_BYTES`: how much of a body must come in that time (1,024).
    pub body_min_bytes: u64,
    /// `SERVER__KEEP_ALIVE_TIMEOUT`: from an answer to the next request (75s).
    pub keep_alive: Duration,
    /// `SERVER__WRITE_TIMEOUT`: how long a client may take nothing of its answer (30s).
    pub write: Duration,
    /// `SERVER__REQUEST_TIMEOUT`: how long an operation may take (60s).
    pub request: Duration,
}

impl ServerSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let host = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            host: reader.value("HOST", host, "an IP address"),
            port: reader.number("PORT", 8000, 0..=u16::MAX),
            workers: reader.number("WORKERS", cores, 1..=1024),
            socket: reader.text("SERVER__SOCKET").map(PathBuf::from),
            reuse_port: reader.flag("SERVER__REUSE_PORT", false),
            handover_socket: reader.text("SERVER__HANDOVER_SOCKET").map(PathBuf::from),
            trusted_proxies: reader.parse("SERVER__TRUSTED_PROXIES", Vec::new(), parse_proxies),
            root_path: reader.parse("SERVER__ROOT_PATH", String::new(), parse_root_path),
            limits: ServerLimits::read(reader),
            deadlines: ServerDeadlines::read(reader),
            drain_timeout: duration(reader, "SERVER__DRAIN_TIMEOUT", Duration::from_secs(30), ("0s", "1h")),
            drain_delay: duration(reader, "SERVER__DRAIN_DELAY", Duration::ZERO, ("0s", "1h")),
        }
    }
}

impl ServerLimits {
    fn read(reader: &mut Reader) -> Self {
        Self {
            max_connections: reader.number("SERVER__MAX_CONNECTIONS", 10_000, 1..=1_000_000),
            max_uri_bytes: reader.number("SERVER__MAX_URI_BYTES", 8 << 10, 256..=64 << 10),
            max_header_bytes: reader.number("SERVER__MAX_HEADER_BYTES", 32 << 10, 1 << 10..=256 << 10),
            max_headers: reader.number("SERVER__MAX_HEADERS", 100, 10..=100),
            max_streams: reader.number("SERVER__MAX_STREAMS", 100, 1..=10_000),
            max_body_bytes: reader.number("SERVER__MAX_BODY_BYTES", 1 << 20, 1..=1 << 30),
        }
    }
}

impl ServerDeadlines {
    fn read(reader: &mut Reader) -> Self {
        let bounds = ("50ms", "1h");
        let seconds = Duration::from_secs;
        Self {
            first_byte: duration(reader, "SERVER__FIRST_BYTE_TIMEOUT", seconds(10), bounds),
            header: duration(reader, "SERVER__HEADER_TIMEOUT", seconds(10), bounds),
            body: duration(reader, "SERVER__BODY_TIMEOUT", seconds(20), bounds),
            body_min_bytes: reader.number("SERVER__BODY_MIN_BYTES", 1024, 1..=1 << 30),
            keep_alive: duration(reader, "SERVER__KEEP_ALIVE_TIMEOUT", seconds(75), bounds),
            write: duration(reader, "SERVER__WRITE_TIMEOUT", seconds(30), bounds),
            request: duration(reader, "SERVER__REQUEST_TIMEOUT", seconds(60), bounds),
        }
    }
}

/// Addresses and networks, each checked; the server reads them again into its own form.
fn parse_proxies(text: &str) -> Result<Vec<String>, String> {
    let parse = |proxy: &str| {
        let is_address = proxy == "unix" || proxy.parse::<IpAddr>().is_ok();
        let is_network = proxy.parse::<IpNet>().is_ok_and(|network| network.trunc() == network);
        if is_address || is_network {
            return Ok(proxy.to_owned());
        }
        Err(format!(
            "should be addresses, networks such as 10.0.0.0/8, or unix, with commas between, and has '{proxy}'"
        ))
    };
    text.split(',').map(str::trim).map(parse).collect()
}

fn parse_root_path(text: &str) -> Result<String, String> {
    let is_path = text.starts_with('/') && !text.ends_with('/') && !text.contains(['?', '#', '"', '<', ' ']);
    if is_path { Ok(text.to_owned()) } else { Err(format!("should be a path such as /shop, and is '{text}'")) }
}
