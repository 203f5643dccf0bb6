//! What the suite needs besides the Rust toolchain.
//!
//! The suite runs on embedded SQLite, and again on a private Postgres ([`postgres`]) where its
//! programs are found; what is shared by instances runs on a private Redis ([`redis`]). Debian
//! packages are also needed by the documentation's browser test and by the contract's validators.

mod postgres;
mod redis;

pub(crate) use postgres::Postgres;
pub(crate) use redis::Redis;

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// A program that tests use, and the Debian package that brings it.
struct Need {
    program: &'static str,
    package: &'static str,
    version_flag: &'static str,
}

const NEEDS: [Need; 7] = [
    Need { program: "chromium", package: "chromium", version_flag: "--version" },
    Need { program: "faketime", package: "faketime", version_flag: "--version" },
    Need { program: "node", package: "nodejs", version_flag: "--version" },
    Need { program: "npm", package: "npm", version_flag: "--version" },
    Need { program: redis::PROGRAM, package: "redis-server", version_flag: "--version" },
    Need { program: "promtool", package: "prometheus", version_flag: "--version" },
    Need { program: "shellcheck", package: "shellcheck", version_flag: "--version" },
];

/// Its server programs are not on the path; see [`postgres`].
const POSTGRES: &str = "postgresql";

/// Installs what is missing from Debian's packages.
///
/// # Errors
///
/// When something is missing afterwards: with `--install-services`, a service that is not
/// there is a failure, not a test that is left out.
pub(crate) fn install() -> Result<()> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !process::works(need.program, need.version_flag)).collect();
    let mut packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    if postgres::programs().is_none() {
        packages.push(POSTGRES);
    }
    if packages.is_empty() {
        return Ok(());
    }
    println!("installing {}", packages.join(", "));
    let apt = |arguments: &[&str]| {
        process::run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
            .context("--install-services works on Debian, as root")
    };
    apt(&["update", "--quiet=2"])?;
    let mut arguments = vec!["install", "--yes", "--quiet=2", "--no-install-recommends"];
    arguments.extend(&packages);
    apt(&arguments)?;
    if postgres::programs().is_none() {
        bail!("Postgres is not there though its package is installed");
    }
    for need in missing {
        if !process::works(need.program, need.version_flag) {
            bail!("`{}` does not run though its package is installed", need.program);
        }
    }
    Ok(())
}

/// The last line of a run: what it ran on, and what it did not.
pub(crate) fn summary(sqlite: Option<&str>, postgres: Option<&str>, redis: Option<&str>) -> String {
    let sqlite = sqlite.map_or_else(String::new, |version| format!(" {version}"));
    let postgres = match postgres {
        Some(version) => format!(" and on Postgres {version} (private server)"),
        None => "; not on Postgres, which is not installed (--install-services installs it)".to_owned(),
    };
    let redis = match redis {
        Some(version) => format!("with Redis {version} (private server)"),
        None => "without Redis, which is not installed (--install-services installs it)".to_owned(),
    };
    format!("SQLite{sqlite} (embedded){postgres}; {redis}")
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn the_last_line_says_what_ran_on_what() {
        let all = summary(Some("3.50.2"), Some("15.18"), Some("7.0.15"));
        assert_eq!(
            all,
            "SQLite 3.50.2 (embedded) and on Postgres 15.18 (private server); with Redis 7.0.15 (private server)"
        );
        let none = summary(None, None, None);
        assert!(none.starts_with("SQLite (embedded); not on Postgres, which is not installed"), "{none}");
        assert!(none.contains("without Redis, which is not installed"), "{none}");
    }
}
