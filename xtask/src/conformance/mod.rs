//! `cargo xtask conformance`: FastAPI's own tutorial tests, unedited, replayed over HTTP against `examples/tutorial`.
//!
//! `replay/replay_plugin.py` exchanges FastAPI's test client for one that talks TCP to a server which it starts for each
//! app; the tests and the originals come from FastAPI's source distribution. `report` reads what came of them,
//! `lines` compares the lengths of the ports with the originals'.

mod lines;
mod report;
mod setup;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{process, project};
use report::Report;

/// How many of the listed tests pass, at least. It only rises.
const FLOOR: usize = 560;

/// The longest that the median port may be, as a multiple of its original's lines
const LONGEST_MEDIAN: f64 = 1.3;

/// What `--quick` replays: chapters that say much in few seconds, and pass whole
const QUICK: [&str; 7] =
    ["body", "body_fields", "cookie_params", "first_steps", "header_params", "query_params", "response_status_code"];

/// What a run that was broken off may have left in FastAPI's sources, where the tests expect nothing
const LEFTOVERS: [&str; 3] = ["log.txt", "static", "templates"];

#[derive(Args)]
pub(crate) struct Options {
    /// Replay one chapter only, such as `query_params`
    #[arg(long, value_name = "NAME")]
    pub(crate) chapter: Option<String>,
    /// Replay a few chapters, all of which must pass whole
    #[arg(long, conflicts_with = "chapter")]
    pub(crate) quick: bool,
    /// List every test that does not pass, with what it said
    #[arg(long)]
    pub(crate) verbose: bool,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let start = Instant::now();
    let listed: Vec<&str> = include_str!("replay/chapters.txt").lines().collect();
    let chapters = match &options.chapter {
        Some(chapter) if listed.contains(&chapter.as_str()) => vec![chapter.as_str()],
        Some(chapter) => bail!("`{chapter}` is no chapter; the chapters are {}", listed.join(", ")),
        None if options.quick => QUICK.to_vec(),
        None => listed,
    };
    let python = setup::python()?;
    process::run(process::cargo().args(["build", "--quiet", "--package", "tutorial"]).current_dir(project::root()))?;
    let binary = fs::canonicalize(project::target().join("debug/tutorial")).context("finding the tutorial")?;

    let replay = project::root().join("xtask/src/conformance/replay");
    let results = project::scratch("conformance")?.join("report.json");
    let mut pytest = Command::new(&python.program);
    pytest
        .args(["-m", "pytest", "-p", "replay_plugin", "-p", "no:cacheprovider", "-q", "--tb=no", "--no-header"])
        .args(["--rootdir=.", "--continue-on-collection-errors", "--replay-dedupe", "-c"])
        .arg(replay.join("pytest.ini"))
        .arg("--replay-launch")
        .arg(format!("{} {{name}} {{port}}", binary.display()))
        .arg("--replay-report")
        .arg(&results)
        .args(chapters.iter().map(|chapter| format!("tests/test_tutorial/test_{chapter}")))
        .current_dir(&python.sources)
        .env("PYTHONPATH", &replay)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    remove(&results)?;
    for leftover in LEFTOVERS {
        remove(&python.sources.join(leftover))?;
    }
    // Its status says whether every test passed; the floor asks for less, so the report decides.
    let output = pytest.output().context("starting pytest")?;
    let text = fs::read_to_string(&results).with_context(|| {
        format!(
            "the replay wrote no report:\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    })?;
    let report = Report::read(&text)?;
    print!("{}", report.table());
    if options.verbose || options.chapter.is_some() {
        print!("{}", report.misses());
    }
    let median = lines::print(&python.sources, &chapters)?;
    println!("{} of {} tests pass, in {} s", report.passed(), report.all(), start.elapsed().as_secs());
    judge(options, &report, median)
}

fn remove(path: &Path) -> Result<()> {
    if path.is_dir() {
        fs::remove_dir_all(path)?;
    } else if path.exists() {
        fs::remove_file(path)?;
    }
    Ok(())
}

/// Fails where the tests or the lengths fall behind what was reached before
fn judge(options: &Options, report: &Report, median: f64) -> Result<()> {
    if options.chapter.is_some() {
        return Ok(());
    }
    if options.quick {
        if report.passed() < report.all() {
            bail!("a chapter that passed whole does not any more:\n{}", report.misses());
        }
        return Ok(());
    }
    if report.passed() < FLOOR {
        bail!("{} tests pass, {FLOOR} did before:\n{}", report.passed(), report.misses());
    }
    if report.passed() > FLOOR {
        println!("more than before: raise FLOOR in xtask/src/conformance/mod.rs to {}", report.passed());
    }
    if median > LONGEST_MEDIAN {
        bail!("the median port is {median:.2} times as long as its original; at most {LONGEST_MEDIAN} is wanted");
    }
    Ok(())
}
