//! `cargo xtask instructions`: what a request costs, in instructions of the processor.
//!
//! Seconds vary with the machine and its load; instructions hardly do. `bench` is built as it would be shipped and asked
//! over one connection of the loopback. A socket is asked, and no fn of the framework, because the whole way of a
//! request is what a user pays; the kernel's own instructions are not counted.

use anyhow::{Result, bail};
use clap::Args;

use crate::bench::cases;
use crate::bench::count::{self, Counter, Requests};
use crate::bench::request::Request;

/// The most instructions that a level of a chain of dependencies may cost
const LEVEL_LIMIT: f64 = 250.0;

/// What is measured, by the names of `bench/src/dependencies.rs`, and the levels among which [`LEVEL_LIMIT`] is shared;
/// none where the case is about something else
const CASES: [(&str, u32); 9] = [
    ("none", 0),
    ("one", 1),
    ("ten in a chain", 10),
    ("one, another overridden", 1),
    ("ten in a chain, another overridden", 10),
    ("the last of ten overridden", 0),
    ("one, used twice", 0),
    ("one state", 0),
    ("one with a teardown", 0),
];

#[derive(Args)]
pub(crate) struct Options {}

/// Prints the table, and fails when a level costs more than it may.
pub(crate) fn run(_: &Options) -> Result<()> {
    count::available()?;
    cases::prepare()?;
    println!("{:<36} {:>14} {:>12} {:>10}", "dependencies", "instructions", "over none", "a level");
    let mut none = None;
    let mut dear = Vec::new();
    for (case, levels) in CASES {
        let cost = Counter::Instructions.per_request(&cases::program(case), &Request::get("/"), 1, Requests::MANY)?;
        let over = cost - *none.get_or_insert(cost);
        if levels == 0 {
            println!("{case:<36} {cost:>14.0} {over:>12.0}");
            continue;
        }
        let level = over / f64::from(levels);
        println!("{case:<36} {cost:>14.0} {over:>12.0} {level:>10.0}");
        if level > LEVEL_LIMIT {
            dear.push(case);
        }
    }
    if !dear.is_empty() {
        bail!("more than {LEVEL_LIMIT} instructions a level: {}", dear.join("; "));
    }
    println!("a level of dependencies costs at most {LEVEL_LIMIT} instructions");
    Ok(())
}
