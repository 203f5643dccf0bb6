//! `cargo xtask test`: the whole suite, by one command, on any machine that has Rust.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::services::{self, Postgres, Redis};
use crate::{process, project};

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
    let redis = Redis::start()?;
    let redis_url = redis.as_ref().map(Redis::url);
    let redis_url = redis_url.as_deref();
    suite(&["--workspace"], None, redis_url, &options.filter)?;
    if options.filter.is_empty() {
        process::run(process::cargo().args(["test", "--workspace", "--doc"]).current_dir(project::root()))?;
    }
    let server = Postgres::start()?;
    if let Some(server) = &server {
        println!("the application's suite again, on Postgres {}", server.version);
        suite(&["--package", "app", "--test", "it"], Some(&server.url()), redis_url, &options.filter)?;
    }
    let part = if options.filter.is_empty() { "suite" } else { "selected tests" };
    let postgres = server.as_ref().map(|server| server.version.as_str());
    let redis = redis.as_ref().map(|server| server.version.as_str());
    println!("{part} passed on {}", services::summary(sqlite_version().as_deref(), postgres, redis));
    Ok(())
}

/// The long form of the tests that cancel requests and write in parallel, on both databases. Their
/// figures are shown; without Postgres it fails.
pub(crate) fn cancellations() -> Result<()> {
    let server = Postgres::start()?.context("Postgres is not installed: `cargo xtask test --install-services`")?;
    for url in [None, Some(server.url())] {
        let mut command = process::cargo();
        command.args(["test", "--quiet", "--package", "app", "--test", "it", "--", "process::cancellations"]);
        command.args(["repositories::sessions::cancelled", "--nocapture", "--test-threads", "1"]);
        command.env_remove("TEST_DATABASE_URL").env("TEST_LONG", "1").current_dir(project::root());
        command.envs(url.map(|url| ("TEST_DATABASE_URL", url)));
        process::run(&mut command)?;
    }
    Ok(())
}

/// The long form of the broadcast over real sockets: 1,000 clients, one of which does not read. Its figures are shown.
pub(crate) fn broadcast() -> Result<()> {
    let mut command = process::cargo();
    command.args(["test", "--quiet", "--package", "fastrail", "--test", "it", "--", "websocket_load"]);
    command.arg("--nocapture").env("TEST_LONG", "1").current_dir(project::root());
    process::run(&mut command)
}

/// The long form of the tests that compare the times of logins, and of the export of 200,000 users. Their figures are
/// shown.
pub(crate) fn login_times() -> Result<()> {
    let mut command = process::cargo();
    command.args(["test", "--quiet", "--package", "app", "--test", "it", "--", "services::login_times"]);
    command.args(["process::exports", "--nocapture", "--test-threads", "1"]);
    command.env_remove("TEST_DATABASE_URL").env("TEST_LONG", "1").current_dir(project::root());
    process::run(&mut command)
}

/// Runs tests, on a Postgres server when there is the URL of one, else on SQLite; those of Redis where there is one.
fn suite(selection: &[&str], database_url: Option<&str>, redis_url: Option<&str>, filter: &[String]) -> Result<()> {
    let mut command = process::cargo();
    if process::works("cargo-nextest", "--version") {
        // Without a filter, a suite that has no test is a suite that was not found.
        let none = if filter.is_empty() { "fail" } else { "pass" };
        command.args(["nextest", "run"]).args(selection).args(["--no-fail-fast", "--no-tests", none]).args(filter);
    } else {
        command.arg("test").args(selection);
        if database_url.is_none() {
            // Doc tests come after, by themselves.
            command.arg("--all-targets");
        }
        command.args(["--no-fail-fast", "--"]).args(filter);
    }
    // The developer's own server is not the test's.
    command.env_remove("TEST_DATABASE_URL").env_remove("TEST_REDIS_URL").current_dir(project::root());
    command.envs(database_url.map(|url| ("TEST_DATABASE_URL", url)));
    command.envs(redis_url.map(|url| ("TEST_REDIS_URL", url)));
    process::run(&mut command)
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
