//! What the suite needs besides the Rust toolchain.
//!
//! In this version the application runs on embedded SQLite only, so nothing is started here;
//! Debian packages are needed by the documentation's browser test and by the contract's
//! validators. Private Postgres and Redis servers will be started from this module.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// A program that tests use, and the Debian package that brings it.
struct Need {
    program: &'static str,
    package: &'static str,
    version_flag: &'static str,
}

const NEEDS: [Need; 4] = [
    Need { program: "chromium", package: "chromium", version_flag: "--version" },
    Need { program: "node", package: "nodejs", version_flag: "--version" },
    Need { program: "npm", package: "npm", version_flag: "--version" },
    Need { program: "shellcheck", package: "shellcheck", version_flag: "--version" },
];

/// Installs what is missing from Debian's packages.
///
/// # Errors
///
/// When something is missing afterwards: with `--install-services`, a service that is not
/// there is a failure, not a test that is left out.
pub(crate) fn install() -> Result<()> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !process::works(need.program, need.version_flag)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    println!("installing {}", packages.join(", "));
    let apt = |arguments: &[&str]| {
        process::run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
            .context("--install-services works on Debian, as root")
    };
    apt(&["update", "--quiet=2"])?;
    let mut arguments = vec!["install", "--yes", "--quiet=2", "--no-install-recommends"];
    arguments.extend(&packages);
    apt(&arguments)?;
    for need in missing {
        if !process::works(need.program, need.version_flag) {
            bail!("`{}` does not run though its package is installed", need.program);
        }
    }
    Ok(())
}

/// The last line of a run: what it ran on, and what it did not.
pub(crate) fn summary(sqlite: Option<&str>) -> String {
    let version = sqlite.map_or_else(String::new, |version| format!(" {version}"));
    format!("SQLite{version} (embedded); Postgres and Redis: not part of this version")
}
