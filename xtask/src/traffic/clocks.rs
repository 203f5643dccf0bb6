//! Clocks that are ten seconds apart change nothing: only Redis' own counts.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::pause;
use super::server::{Answers, Server, ask_all, plain};
use crate::process;
use crate::services::Redis;

/// Shorter than the clocks are apart, so that each process would be in a window of its own.
const LIMIT: u64 = 2_000;
const WINDOW: u64 = 4;

/// How many windows are looked at
const WINDOWS: u64 = 5;

pub(super) fn run() -> Result<()> {
    ensure!(
        process::works("faketime", "--version"),
        "faketime is not installed: `cargo xtask test --install-services`"
    );
    let (same, _) = passed(None)?;
    let (apart, dates) = passed(Some(("-5s", "+5s")))?;
    println!(
        "   {LIMIT} in {WINDOW} s, {WINDOWS} times: {same} passed with equal clocks, {apart} with clocks ± 5 s apart (the \
         processes' dates: {dates})"
    );
    for passed in [same, apart] {
        let off = passed.abs_diff(LIMIT * WINDOWS) as f64 / (LIMIT * WINDOWS) as f64;
        ensure!(off <= 0.01, "{passed} passed, of {}", LIMIT * WINDOWS);
    }
    Ok(())
}

/// What passes in whole windows, and the processes' dates.
fn passed(shifts: Option<(&str, &str)>) -> Result<(u64, String)> {
    let redis = super::redis()?;
    let (url, rate) = (redis.url(), format!("{LIMIT}/{WINDOW}s fixed"));
    let (first, second) = shifts.unzip();
    let servers = [Server::start_shifted(&rate, Some(&url), first)?, Server::start_shifted(&rate, Some(&url), second)?];
    let mut dates = Vec::new();
    for server in &servers {
        let mut client = server.connect()?;
        client.ask("/closed", 1, plain)?;
        dates.push(client.date);
    }
    // From the seam of two windows, by the only clock that counts, nearly to another one.
    let begun = seconds(&redis)? / WINDOW;
    while seconds(&redis)? / WINDOW == begun {
        pause(Duration::from_millis(5));
    }
    let (start, mut all) = (Instant::now(), Answers::default());
    while start.elapsed() < Duration::from_secs(WINDOW * WINDOWS) - Duration::from_millis(500) {
        all.add(&ask_all(&servers, "/open", 200)?);
    }
    ensure!(all.are_only(&[200, 429]), "other answers: {}", all.shown());
    Ok((all.of(200), dates.join(" and ")))
}

/// The clock of Redis.
fn seconds(redis: &Redis) -> Result<u64> {
    let time = redis.ask(&["TIME"])?;
    Ok(time.lines().next().unwrap_or_default().parse()?)
}
