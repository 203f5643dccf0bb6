//! 10,000 forged origins from a peer that is no trusted proxy buy no request.

use std::net::Ipv4Addr;

use anyhow::{Result, ensure};

use super::server::Server;

const LIMIT: u64 = 100;
const FORGED: usize = 10_000;

pub(super) fn run() -> Result<()> {
    let redis = super::redis()?;
    let url = redis.url();
    for (place, url) in [("in the process", None), ("in Redis", Some(&*url))] {
        let server = Server::start(&format!("{LIMIT}/30d"), url)?;
        let answers = server.connect()?.ask("/open", FORGED, |number| {
            let address = Ipv4Addr::from(0x0B00_0000 + number as u32);
            format!("X-Forwarded-For: {address}\r\nForwarded: for={address}\r\nX-Real-IP: {address}\r\n")
        })?;
        println!(
            "   counted {place}: of {FORGED} requests with as many origins {} passed a limit of {LIMIT}",
            answers.of(200)
        );
        ensure!(answers.of(200) == LIMIT, "a forged origin has bought something: {}", answers.shown());
        ensure!(answers.are_only(&[200, 429]), "other answers: {}", answers.shown());
    }
    Ok(())
}
