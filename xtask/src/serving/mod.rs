//! Proofs that the server bears a hostile network: the real binary, the real kernel, figures for each.
//!
//! One proof a file; [`server`] is the binary under test. The quick halves are in the suites.

mod crash;
mod descriptors;
mod disk;
mod drain;
mod fuzz;
mod handover;
mod input;
mod server;
mod slow;

use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;

use crate::backend::Binary;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) backend: Binary,
    /// Run only this one
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Option<String>,
}

/// Its name, and how it is run.
type Proof = (&'static str, fn(&Binary) -> Result<()>);

const PROOFS: [Proof; 8] = [
    ("slow clients", slow::run),
    ("few descriptors", descriptors::run),
    ("hostile input", input::run),
    ("drain", drain::run),
    ("rolling restarts", handover::run),
    ("kill -9", crash::run),
    ("full disk", disk::run),
    ("fuzzing", fuzz::run),
];

/// Runs all of them, or the one that is named.
pub(crate) fn run(options: &Options) -> Result<()> {
    let wanted = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
    if !PROOFS.iter().any(|(name, _)| wanted(name)) {
        let names: Vec<&str> = PROOFS.iter().map(|(name, _)| *name).collect();
        bail!("there is no such proof; there are: {}", names.join(", "));
    }
    for (name, proof) in PROOFS.iter().filter(|(name, _)| wanted(name)) {
        println!("-- {name}");
        proof(&options.backend)?;
    }
    Ok(())
}

/// Lets time pass where only time can.
#[expect(clippy::disallowed_methods, reason = "a proof of deadlines is about time, and this is no test of the suite")]
fn pause(duration: Duration) {
    std::thread::sleep(duration);
}
