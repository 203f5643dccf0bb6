//! Instructions per request, counted by callgrind.
//!
//! A server runs twice, for few requests and for many; the difference, divided by the requests between, leaves out
//! start and end. Only instructions in user mode count. They do not depend on the machine's load.

use anyhow::{Context, Result, bail};

use super::client::Client;
use super::endpoints::Endpoint;
use super::servers::Server;
use crate::process;

/// How many requests the two runs differ by; more of them for servers that are quick.
fn rounds(server: Server, in_flight: usize) -> usize {
    let requests = if server == Server::FastApi { 256 } else { 3_200 };
    requests / in_flight
}

/// Requests before the counted ones, so that caches, pools and connections are warm.
const WARM_UP: usize = 640;

/// Whether callgrind is here.
///
/// # Errors
/// When it is not.
pub(crate) fn available() -> Result<()> {
    if !process::works("valgrind", "--version") {
        bail!("callgrind is needed: install Debian's package `valgrind` and run this again");
    }
    Ok(())
}

/// The instructions that one request costs.
pub(crate) fn per_request(server: Server, options: &[&str], endpoint: &Endpoint, in_flight: usize) -> Result<u64> {
    let warm_up = (WARM_UP / in_flight).min(rounds(server, in_flight));
    let many = warm_up + rounds(server, in_flight);
    let few = collected(server, options, endpoint, in_flight, warm_up)?;
    let all = collected(server, options, endpoint, in_flight, many)?;
    Ok(all.saturating_sub(few) / (rounds(server, in_flight) * in_flight) as u64)
}

/// All instructions of one run.
fn collected(server: Server, options: &[&str], endpoint: &Endpoint, in_flight: usize, rounds: usize) -> Result<u64> {
    let under = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"].map(str::to_owned);
    let running = server.start(&under, options)?;
    let mut client = Client::connect(running.port, in_flight)?;
    client.run(endpoint, rounds)?;
    drop(client);
    let report = running.stop()?;
    let counted = report.lines().find_map(|line| line.split_once("Collected : "));
    let (_, counted) = counted.with_context(|| format!("callgrind says nothing of {}: {report}", server.name()))?;
    counted.split_whitespace().next().unwrap_or_default().parse().context("callgrind's count")
}
