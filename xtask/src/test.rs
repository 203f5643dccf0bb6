//! `cargo xtask test`: the whole suite, by one command, on any machine that has Rust.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::{process, project, services};

#[derive(Args)]
pub(crate) struct Options {
    /// Install missing services from Debian's packages first, and fail when one is missing
    #[arg(long)]
    install_services: bool,
    /// Run the tests whose name contains this, and no doc tests
    #[arg(last = true)]
    filter: Vec<String>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    if options.install_services {
        services::install()?;
    }
    if process::works("cargo-nextest", "--version") {
        // Without a filter, a suite that has no test is a suite that was not found.
        let none = if options.filter.is_empty() { "fail" } else { "pass" };
        process::run(
            process::cargo()
                .args(["nextest", "run", "--workspace", "--no-fail-fast", "--no-tests", none])
                .args(&options.filter)
                .current_dir(project::root()),
        )?;
    } else {
        process::run(
            process::cargo()
                .args(["test", "--workspace", "--all-targets", "--no-fail-fast", "--"])
                .args(&options.filter)
                .current_dir(project::root()),
        )?;
    }
    if options.filter.is_empty() {
        process::run(process::cargo().args(["test", "--workspace", "--doc"]).current_dir(project::root()))?;
    }
    let part = if options.filter.is_empty() { "suite" } else { "selected tests" };
    println!("{part} passed on {}", services::summary(sqlite_version().as_deref()));
    Ok(())
}

/// The version of the SQLite that is compiled in, told by the header its crate bundles.
fn sqlite_version() -> Option<String> {
    // Without the crate in the lock file there is nothing to tell, and that is no failure.
    let tree = process::cargo()
        .args(["tree", "--workspace", "--prefix", "none", "--quiet", "--locked"])
        .args(["--format", "{p}", "--invert", "libsqlite3-sys", "--depth", "0"])
        .current_dir(project::root())
        .output()
        .ok()?;
    let tree = String::from_utf8(tree.stdout).ok()?;
    let version = tree.split_whitespace().nth(1)?.trim_start_matches('v').to_owned();
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")))?;
    let sources = fs::read_dir(home.join("registry/src")).ok()?;
    sources.filter_map(Result::ok).find_map(|source| {
        let crate_folder = source.path().join(format!("libsqlite3-sys-{version}"));
        let header = fs::read_to_string(crate_folder.join("sqlite3/sqlite3.h")).ok()?;
        let line = header.lines().find(|line| line.starts_with("#define SQLITE_VERSION "))?;
        Some(line.split('"').nth(1)?.to_owned())
    })
}
