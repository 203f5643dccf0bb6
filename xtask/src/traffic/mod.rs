//! Proofs that limits hold: across processes and clocks, without Redis, against forged origins and made-up keys, under
//! three times more than a server can do.
//!
//! One proof a file; [`server`] is what they ask: real processes on real sockets, and a real Redis. The quick halves are in
//! the suites.

mod away;
mod clocks;
mod keys;
mod load;
mod overload;
mod server;
mod shared;
mod spoofed;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::services::Redis;
use crate::{process, project};

#[derive(Args)]
pub(crate) struct Options {
    /// Run only this one
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Option<String>,
}

/// Its name, and how it is run.
type Proof = (&'static str, fn() -> Result<()>);

const PROOFS: [Proof; 6] = [
    ("two processes", shared::run),
    ("clocks apart", clocks::run),
    ("redis away", away::run),
    ("forged origins", spoofed::run),
    ("a million keys", keys::run),
    ("overload", overload::run),
];

/// Runs all of them, or the one that is named.
pub(crate) fn run(options: &Options) -> Result<()> {
    let wanted = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
    if !PROOFS.iter().any(|(name, _)| wanted(name)) {
        let names: Vec<&str> = PROOFS.iter().map(|(name, _)| *name).collect();
        bail!("there is no such proof; there are: {}", names.join(", "));
    }
    let build = ["build", "--quiet", "--package", "fastrail", "--example", "limited_server"];
    process::run(process::cargo().args(build).current_dir(project::root()))?;
    for (name, proof) in PROOFS.iter().filter(|(name, _)| wanted(name)) {
        println!("-- {name}");
        proof()?;
    }
    Ok(())
}

/// The Redis of a proof.
fn redis() -> Result<Redis> {
    Redis::start()?.context("Redis is not installed: `cargo xtask test --install-services`")
}

/// Lets time pass where only time can.
#[expect(clippy::disallowed_methods, reason = "a proof of windows is about time, and this is no test of the suite")]
fn pause(duration: Duration) {
    std::thread::sleep(duration);
}
