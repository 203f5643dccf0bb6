//! `cargo xtask bench`: what a request costs, beside hyper, axum and FastAPI.
//!
//! Instructions are the measure that a busy machine does not change; `bench/floor.json` keeps ours from growing unseen.
//! Only ratios between servers that were measured in the same run are held against bounds.

mod application;
pub(crate) mod cases;
mod client;
pub(crate) mod count;
mod cpu;
mod databases;
mod endpoints;
mod floor;
mod footprint;
mod growth;
mod middleware;
mod plot;
pub(crate) mod program;
mod report;
pub(crate) mod request;
mod servers;
mod tables;

use anyhow::{Result, bail};
use clap::Args;

use crate::process;
use cpu::Rounds;
use databases::Databases;
use report::Report;
use servers::Server;

#[derive(Args)]
pub(crate) struct Options {
    /// Print the tables, in at most ten minutes besides the builds; this is also what happens without any flag
    #[arg(long)]
    quick: bool,
    /// Measure longer and FastAPI's instructions too, write bench/README.md, and fail when a bound is missed
    #[arg(long, conflicts_with = "quick")]
    full: bool,
    /// Only compare with hyper, and fail when a request costs 3 % more than bench/floor.json says
    #[arg(long, conflicts_with_all = ["accept", "quick", "full"])]
    floor: bool,
    /// Only compare with hyper, and write the ratios to bench/floor.json
    #[arg(long, conflicts_with_all = ["quick", "full"])]
    accept: bool,
    /// Only the endpoints of these letters, such as `ab`
    #[arg(long, default_value = endpoints::LETTERS)]
    endpoints: String,
    /// Only this part, and bench/README.md stays as it is
    #[arg(long)]
    only: Option<Part>,
    /// Leave the files as they are
    #[arg(skip)]
    keep_files: bool,
}

/// A part of a run.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// Instructions per request
    Instructions,
    /// System calls per request
    Calls,
    /// Processor time per request
    Cpu,
    /// Start, memory, size
    Footprint,
    /// Routes, routers, long bodies
    Growth,
    /// What stands around every operation
    Middleware,
    /// The Backend API
    App,
}

impl Options {
    fn wants(&self, part: Part) -> bool {
        self.only.is_none_or(|only| only == part)
    }
}

/// Whether everything holds that must, by a full measurement that writes nothing.
pub(crate) fn prove() -> Result<()> {
    let endpoints = endpoints::LETTERS.to_owned();
    run(&Options { quick: false, full: true, floor: false, accept: false, endpoints, only: None, keep_files: true })
}

pub(crate) fn run(options: &Options) -> Result<()> {
    if options.floor || options.accept {
        count::available()?;
        servers::build_floor()?;
        return floor::run(&endpoints::chosen(&options.endpoints), options.accept);
    }
    available()?;
    let mut report = Report::default();
    if !matches!(options.only, Some(Part::Growth | Part::Middleware)) {
        beside_peers(options, &mut report)?;
    }
    if options.wants(Part::Growth) {
        growth::run(&mut report)?;
    }
    if options.wants(Part::Middleware) {
        middleware::run(&mut report)?;
    }
    report.show_verdicts();
    if options.full && options.only.is_none() && !options.keep_files {
        report.write()?;
    }
    if options.full { report.judge() } else { Ok(()) }
}

/// Everything that is measured on several servers.
fn beside_peers(options: &Options, report: &mut Report) -> Result<()> {
    for server in Server::ALL {
        println!("preparing {}", server.name());
        server.prepare()?;
    }
    let databases = Databases::start()?;
    let (served, left_out): (Vec<_>, Vec<_>) = endpoints::chosen(&options.endpoints)
        .into_iter()
        .partition(|endpoint| endpoint.database.is_none_or(|database| databases.has(database)));
    for endpoint in left_out {
        let without = format!("{}: left out, its database is not installed", endpoint.name);
        if options.full {
            bail!(without);
        }
        println!("{without}");
    }
    for endpoint in &served {
        tables::same_answers(endpoint, &databases)?;
    }
    let rounds = if options.full { Rounds { count: 9, seconds: 3 } } else { Rounds { count: 5, seconds: 1 } };
    if options.wants(Part::Instructions) {
        tables::instructions(report, &served, &databases, options.full)?;
    }
    if options.wants(Part::Calls) {
        tables::calls(report, &served)?;
    }
    if options.wants(Part::Cpu) {
        tables::processor_time(report, &served, &databases, rounds)?;
    }
    if options.wants(Part::Footprint) {
        footprint::run(report, &served)?;
    }
    if options.wants(Part::App) {
        application::run(report, &databases, rounds)?;
    }
    Ok(())
}

/// Whether the programs are here that measure.
///
/// # Errors
/// Names Debian's packages of those that are not.
fn available() -> Result<()> {
    let needs = [("valgrind", "--version"), ("strace", "--version"), ("taskset", "--version"), ("strip", "--version")];
    let mut missing: Vec<&str> =
        needs.iter().filter(|(program, flag)| !process::works(program, flag)).map(|(program, _)| *program).collect();
    // Asked for its version, wrk prints it and fails.
    if process::output(std::process::Command::new("which").arg("wrk")).is_err() {
        missing.push("wrk");
    }
    if !missing.is_empty() {
        let packages = missing.join(" ").replace("taskset", "util-linux").replace("strip", "binutils");
        bail!("what measures is missing; on Debian: apt-get install {packages}");
    }
    Ok(())
}
