//! Fuzzing of whatever takes bytes from a client: a million inputs for each target, from a fixed seed.
//!
//! With `cargo-fuzz` (libFuzzer, AddressSanitizer), which needs a nightly compiler; nothing else here does.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::backend::Binary;
use crate::project;
use crate::tools::{self, Package};

const CARGO_FUZZ: Package = Package { name: "cargo-fuzz", version: "0.13.1" };

/// The inputs of each target.
const RUNS: &str = "1000000";

const TARGETS: [&str; 6] = ["head", "server", "proxies", "arguments", "json", "tokens"];

pub(super) fn run(_: &Binary) -> Result<()> {
    let nightly = Command::new("rustup").args(["run", "nightly", "rustc", "--version"]).output();
    if !nightly.is_ok_and(|output| output.status.success()) {
        println!("   NOT SHOWN: fuzzing needs a nightly compiler (rustup toolchain install nightly)");
        return Ok(());
    }
    let program = tools::cargo(CARGO_FUZZ)?;
    for target in TARGETS {
        let corpus = project::scratch(&format!("fuzz/{target}"))?;
        let output = Command::new(&program)
            .args(["run", "--fuzz-dir", "fuzz", "--target-dir"])
            .arg(project::target().join("fuzz"))
            .arg(target)
            .arg(&corpus)
            .args(["--", "-seed=1", "-max_len=2048", "-timeout=10", "-rss_limit_mb=2048"])
            .arg(format!("-runs={RUNS}"))
            .arg(format!("-artifact_prefix={}/", project::scratch("fuzz")?.display()))
            .current_dir(project::root())
            .env("RUSTUP_TOOLCHAIN", "nightly")
            .env_remove("CARGO")
            .stdout(Stdio::null())
            .output()
            .context("starting cargo-fuzz")?;
        let said = String::from_utf8_lossy(&output.stderr);
        let done = said.lines().find(|line| line.starts_with("Done "));
        match done {
            Some(done) if output.status.success() => println!("   {target}: {done}, no panic"),
            _ => bail!(
                "{target} failed:\n{}",
                said.lines().skip(said.lines().count().saturating_sub(60)).collect::<Vec<_>>().join("\n")
            ),
        }
    }
    Ok(())
}
