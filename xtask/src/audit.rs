//! `cargo xtask audit`: the locked dependencies against the RustSec advisory database.
//!
//! An open advisory is a defect. Its exception, with a reason, stands in `deny.toml`, where
//! `cargo deny` finds it too; nothing is ignored anywhere else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::tools::{self, Package};
use crate::{process, project};

const CARGO_AUDIT: Package = Package { name: "cargo-audit", version: "0.22.2" };
const CARGO_DENY: Package = Package { name: "cargo-deny", version: "0.20.2" };

#[derive(Args)]
pub(crate) struct Options {
    /// Use this copy of the database (a .tar.gz) instead of fetching it
    #[arg(long, value_name = "PATH", env = "RUSTSEC_DB")]
    db: Option<PathBuf>,
    /// Check licences, bans and sources by `cargo deny` as well
    #[arg(long)]
    licences: bool,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let root = project::root();
    let exceptions = exceptions(&fs::read_to_string(root.join("deny.toml"))?)?;
    let program = tools::cargo(CARGO_AUDIT)?;
    let mut command = Command::new(program);
    command.args(["audit", "--deny", "warnings"]).current_dir(&root);
    for exception in &exceptions {
        command.args(["--ignore", exception]);
    }
    if let Some(archive) = &options.db {
        command.arg("--db").arg(unpack(archive)?).args(["--no-fetch", "--stale"]);
    }
    process::run(&mut command).context("update the crate, or give the exception and its reason in deny.toml")?;
    println!("audit passed; exceptions: {}", exceptions.len());
    if options.licences {
        licences()?;
    }
    Ok(())
}

/// Checks licences, bans and sources by the rules of `deny.toml`.
pub(crate) fn licences() -> Result<()> {
    let program = tools::cargo(CARGO_DENY)?;
    process::run(
        Command::new(program).args(["--locked", "check", "licenses", "bans", "sources"]).current_dir(project::root()),
    )
}

/// Unpacks a copy of the database into a repository of its own, as cargo-audit wants it.
fn unpack(archive: &Path) -> Result<PathBuf> {
    let archive = fs::canonicalize(archive).with_context(|| format!("finding the database {}", archive.display()))?;
    let folder = project::scratch("advisory-db")?;
    fs::remove_dir_all(&folder)?;
    fs::create_dir_all(&folder)?;
    process::run(Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(&folder))?;
    // The archive may hold the files themselves or one folder with them.
    let database = find_database(&folder)?;
    let git = |arguments: &[&str]| {
        process::run(
            Command::new("git")
                .args(["-c", "user.name=audit", "-c", "user.email=audit@localhost"])
                .args(["-c", "commit.gpgsign=false"])
                .args(arguments)
                .current_dir(&database),
        )
    };
    if !database.join(".git").exists() {
        git(&["init", "--quiet"])?;
        git(&["add", "--all", "--force"])?;
        git(&["commit", "--quiet", "--no-verify", "--message", "advisory database"])?;
    }
    Ok(database)
}

fn find_database(folder: &Path) -> Result<PathBuf> {
    if folder.join("crates").is_dir() {
        return Ok(folder.to_owned());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.join("crates").is_dir() {
            return Ok(path);
        }
    }
    bail!("the archive holds no advisory database: no folder `crates` in it")
}

/// The advisories that `deny.toml` excepts, each of which must have a reason.
///
/// Reads the one form that the file uses: `{ id = "RUSTSEC-…", reason = "…" }`, one a line.
fn exceptions(deny: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut section = "";
    for (index, line) in deny.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') && line.ends_with(']') {
            section = line;
        }
        if section != "[advisories]" || line.starts_with('#') || !line.contains("RUSTSEC-") {
            continue;
        }
        let value = |key: &str| {
            let (_, rest) = line.split_once(&format!("{key} = \""))?;
            rest.split_once('"').map(|(value, _)| value).filter(|value| !value.is_empty())
        };
        match (value("id"), value("reason")) {
            (Some(id), Some(_)) => found.push(id.to_owned()),
            _ => bail!("deny.toml:{}: write an exception as {{ id = \"RUSTSEC-…\", reason = \"…\" }}", index + 1),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::exceptions;

    #[test]
    fn an_exception_is_read_with_its_reason() {
        let deny = "[advisories]\nignore = [\n  # RUSTSEC-2020-0001 is fixed\n  \
                    { id = \"RUSTSEC-2023-0071\", reason = \"never signs\" },\n]\n";
        assert_eq!(exceptions(deny).expect("one exception"), ["RUSTSEC-2023-0071"]);
    }

    #[test]
    fn an_exception_without_a_reason_is_refused() {
        for line in ["\"RUSTSEC-2023-0071\",", "{ id = \"RUSTSEC-2023-0071\", reason = \"\" },"] {
            let error = exceptions(&format!("[advisories]\n{line}\n")).expect_err("no reason");
            assert!(error.to_string().starts_with("deny.toml:2:"), "{error}");
        }
    }
}
