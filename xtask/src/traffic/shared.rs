//! Two processes on one Redis: of 100,000 requests those pass that the limit lets pass.

use anyhow::{Result, ensure};

use super::server::{Server, ask_all};

const LIMIT: u64 = 20_000;
const REQUESTS: usize = 100_000;

pub(super) fn run() -> Result<()> {
    for way in ["sliding", "fixed", "bucket"] {
        let redis = super::redis()?;
        // So long that none ends meanwhile, and that no token comes back.
        let rate = format!("{LIMIT}/30d {way}");
        let servers = [Server::start(&rate, Some(&redis.url()))?, Server::start(&rate, Some(&redis.url()))?];
        let answers = ask_all(&servers, "/open", REQUESTS / 2)?;
        let passed = answers.of(200);
        let off = (passed as f64 - LIMIT as f64).abs() / LIMIT as f64 * 100.0;
        println!(
            "   {way}: of {REQUESTS} requests to two processes {passed} passed a limit of {LIMIT} ({off:.2} % \
             off); {} keys in Redis {}",
            redis.ask(&["DBSIZE"])?,
            redis.version,
        );
        ensure!(answers.are_only(&[200, 429]), "other answers: {}", answers.shown());
        ensure!(passed + answers.of(429) == REQUESTS as u64, "not all were answered: {}", answers.shown());
        ensure!(off <= 1.0, "more than 1 % off");
    }
    Ok(())
}
