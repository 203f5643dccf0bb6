//! Where the server listens and what it bears.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use super::{durations::duration, reader::Reader};

/// Settings of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// `HOST`: the address to listen on (127.0.0.1: this machine only).
    pub host: IpAddr,
    /// `PORT`: the port to listen on (8000); 0 takes a free one.
    pub port: u16,
    /// `SERVER__MAX_BODY_BYTES`: the largest request body (1,048,576).
    pub max_body_bytes: usize,
    /// `SERVER__DRAIN_TIMEOUT`: how long running requests may take to end at shutdown (30s).
    pub drain_timeout: Duration,
}

impl ServerSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let host = IpAddr::V4(Ipv4Addr::LOCALHOST);
        Self {
            host: reader.value("HOST", host, "an IP address"),
            port: reader.number("PORT", 8000, 0..=u16::MAX),
            max_body_bytes: reader.number("SERVER__MAX_BODY_BYTES", 1 << 20, 1..=1 << 30),
            drain_timeout: duration(reader, "SERVER__DRAIN_TIMEOUT", Duration::from_secs(30), ("0s", "1h")),
        }
    }
}
