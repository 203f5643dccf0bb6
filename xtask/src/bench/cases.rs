//! The cases of the package `bench`, which is ours alone: built, and as programs.

use std::process::Command;

use anyhow::{Context, Result};

use super::program::{PORT, Program};
use crate::{process, project};

/// Builds the package as it would be shipped.
pub(crate) fn prepare() -> Result<()> {
    process::run(
        process::cargo()
            .args(["build", "--quiet", "--release", "--package", "bench", "--locked"])
            .current_dir(project::root()),
    )
}

/// The server of a case.
pub(crate) fn program(case: &str) -> Program {
    let words = vec![project::target().join("release/bench").into_os_string(), case.into(), PORT.into()];
    Program { name: format!("the case `{case}`"), words, variables: Vec::new() }
}

/// In how many milliseconds the app of a case is built: the median of many times.
pub(crate) fn build_time(case: &str) -> Result<f64> {
    let output = process::output(Command::new(project::target().join("release/bench")).args([case, "build"]))?;
    let microseconds: f64 = output.trim().parse().with_context(|| format!("no time: {output:?}"))?;
    Ok(microseconds / 1_000.0)
}
