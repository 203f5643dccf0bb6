//! A million made-up keys: the process stays under 100 MB, and forgets them for the next million.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::server::{Answers, Client};
use crate::bench::cases;

const KEYS: usize = 1_000_000;
const CLIENTS: usize = 2;

/// Of the whole process
const MAX_BYTES: u64 = 100_000_000;

/// How long it may take besides the build
const LONGEST: Duration = Duration::from_secs(60);

pub(super) fn run() -> Result<()> {
    cases::prepare()?;
    let server = cases::program("limited by key").start(&[])?;
    let (before, start) = (server.memory()?, Instant::now());
    let mut most = before;
    for round in 0..2 {
        let answers = ask(server.port, round * KEYS, KEYS)?;
        let after = server.memory()?;
        most = most.max(after);
        println!(
            "   {KEYS} {} keys: {}; the process has {:.0} MB (before all: {:.0} MB), {:.0} s from the start",
            if round == 0 { "distinct" } else { "more" },
            answers.shown(),
            after as f64 / 1e6,
            before as f64 / 1e6,
            start.elapsed().as_secs_f64(),
        );
        ensure!(answers.are_only(&[200]), "each key is new: {}", answers.shown());
    }
    ensure!(most < MAX_BYTES, "{most} bytes; at most {MAX_BYTES} are promised");
    let again = ask(server.port, 0, KEYS / 10)?;
    println!("   the first tenth of the first million again: {} (200: it was forgotten)", again.shown());
    ensure!(again.of(200) > 0 && again.are_only(&[200, 429]), "none was forgotten");
    ensure!(start.elapsed() < LONGEST, "{} s are too long for a proof", start.elapsed().as_secs());
    Ok(())
}

/// Asks with as many keys, from the first on
fn ask(port: u16, first: usize, keys: usize) -> Result<Answers> {
    let each = keys / CLIENTS;
    thread::scope(|scope| {
        let asking: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let first = first + client * each;
                scope.spawn(move || {
                    let mut client = Client::connect(&format!("127.0.0.1:{port}"))?;
                    client.ask("/keyed", each, |number| format!("X-Key: {}\r\n", first + number))
                })
            })
            .collect();
        let mut all = Answers::default();
        for asked in asking {
            all.add(&asked.join().map_err(|_| anyhow::anyhow!("a client panicked"))??);
        }
        Ok(all)
    })
}
