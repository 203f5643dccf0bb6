//! Processor time per request under wrk, each server on a core of its own, in rounds that alternate between the servers.
//!
//! What else runs on the machine touches all servers of a round alike; so a round gives one ratio, and the median of the
//! rounds' ratios counts.

use std::fs;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, bail};

use super::client::Client;
use super::program::{Program, Running};
use super::request::Request;
use crate::{process, project};

/// Connections, each with one request in flight.
const CONNECTIONS: &str = "64";

/// What warms a server before it is measured.
const WARM_CONNECTIONS: usize = 64;
const WARM_ROUNDS: usize = 10;

/// How often, and how long, each server is loaded.
#[derive(Clone, Copy)]
pub(crate) struct Rounds {
    pub(crate) count: usize,
    pub(crate) seconds: u32,
}

/// Microseconds of processor time per request, and requests per second, a figure for each round.
pub(crate) struct Cost {
    pub(crate) microseconds: Vec<f64>,
    pub(crate) per_second: Vec<f64>,
}

/// Loads each program in turn, round by round.
pub(crate) fn costs(programs: &[Program], request: &Request, rounds: Rounds) -> Result<Vec<Cost>> {
    let (client, server) = cores();
    let servers: Vec<Running> =
        programs.iter().map(|program| program.start(&["taskset", "-c", &server])).collect::<Result<_>>()?;
    let mut costs: Vec<Cost> =
        programs.iter().map(|_| Cost { microseconds: Vec::new(), per_second: Vec::new() }).collect();
    let script = project::scratch("bench")?.join(format!("wrk-{}.lua", std::process::id()));
    fs::write(&script, request.script())?;
    let load = |server: &Running, seconds: u32| -> Result<(f64, f64)> {
        let before = server.processor_time()?;
        let mut wrk = Command::new("taskset");
        wrk.args(["-c", &client, "wrk", "-t1", "-c", CONNECTIONS, &format!("-d{seconds}s"), "--timeout", "30s", "-s"])
            .arg(&script)
            .arg(format!("http://127.0.0.1:{}{}", server.port, request.target()));
        let answered = answered(&process::output(&mut wrk)?, request.status)?;
        let used = server.processor_time()?.saturating_sub(before);
        Ok((used.as_secs_f64() * 1e6 / answered, answered / f64::from(seconds)))
    };
    for server in &servers {
        Client::connect(server.port, WARM_CONNECTIONS)?.run(request, WARM_ROUNDS)?;
    }
    for _ in 0..rounds.count {
        for (server, cost) in servers.iter().zip(&mut costs) {
            let (microseconds, per_second) = load(server, rounds.seconds)?;
            cost.microseconds.push(microseconds);
            cost.per_second.push(per_second);
        }
    }
    fs::remove_file(&script)?;
    Ok(costs)
}

/// The core of the client and the core of the servers.
fn cores() -> (String, String) {
    let count = thread::available_parallelism().map_or(1, usize::from);
    ("0".to_owned(), (count - 1).to_string())
}

/// How many requests wrk says were answered, as they must be.
fn answered(report: &str, status: u16) -> Result<f64> {
    let number = |text: &str| text.trim().parse::<f64>();
    let line = report.lines().find_map(|line| line.split_once(" requests in "));
    let answered = number(line.with_context(|| format!("wrk says nothing of requests: {report}"))?.0)?;
    let other = report.lines().find_map(|line| line.trim().strip_prefix("Non-2xx or 3xx responses:"));
    let refused = other.map_or(Ok(0.0), number)?;
    let expected = if status < 400 { 0.0 } else { answered };
    if refused != expected || answered == 0.0 {
        bail!("not every answer was {status}: {report}");
    }
    if report.contains("Socket errors") {
        bail!("connections broke: {report}");
    }
    Ok(answered)
}

#[cfg(test)]
mod tests {
    use super::answered;

    #[test]
    fn answers_are_counted_when_they_are_the_expected_ones() {
        let good = "Running 1s test\n  1234 requests in 1.00s, 0.1MB read\nRequests/sec: 1234\n";
        assert_eq!(answered(good, 200).ok(), Some(1234.0));
        assert!(answered(good, 422).is_err());
        let refused = "  1234 requests in 1.00s, 0.1MB read\n  Non-2xx or 3xx responses: 1234\n";
        assert_eq!(answered(refused, 422).ok(), Some(1234.0));
        assert!(answered(refused, 200).is_err());
    }
}
