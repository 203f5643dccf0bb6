//! A million made-up keys: the process stays under 100 MB, and forgets them for the next million.

use std::thread;
use std::time::Instant;

use anyhow::{Result, ensure};

use super::server::{Answers, Server};

const KEYS: usize = 1_000_000;
const CLIENTS: usize = 2;

/// Of the whole process
const MAX_BYTES: u64 = 100_000_000;

pub(super) fn run() -> Result<()> {
    let server = Server::start("1/30d", None)?;
    let before = server.memory()?;
    let mut most = before;
    for round in 0..2 {
        let start = Instant::now();
        let answers = ask(&server, round * KEYS)?;
        let after = server.memory()?;
        most = most.max(after);
        println!(
            "   {KEYS} {} keys: {}; the process has {:.0} MB (before all: {:.0} MB), after {:.0} s in a debug build",
            if round == 0 { "distinct" } else { "more" },
            answers.shown(),
            after as f64 / 1e6,
            before as f64 / 1e6,
            start.elapsed().as_secs_f64(),
        );
        ensure!(answers.are_only(&[200]), "each key is new: {}", answers.shown());
    }
    ensure!(most < MAX_BYTES, "{most} bytes; at most {MAX_BYTES} are promised");
    Ok(())
}

/// Asks with as many keys, from the first on
fn ask(server: &Server, first: usize) -> Result<Answers> {
    let each = KEYS / CLIENTS;
    thread::scope(|scope| {
        let asking: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let first = first + client * each;
                scope.spawn(move || {
                    server.connect()?.ask("/keyed", each, |number| format!("X-Key: {}\r\n", first + number))
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
