//! Each lock file says what its manifest asks for: what builds with `--locked` builds.

use std::path::Path;

use anyhow::{Context, Result};

use super::Finding;
use crate::process;

/// The finding of one `Cargo.lock`, if there is one
///
/// # Errors
/// cargo cannot be started
pub(super) fn check(root: &Path, name: &str) -> Result<Option<Finding>> {
    let Some(folder) = name.strip_suffix("Cargo.lock") else { return Ok(None) };
    let manifest = root.join(folder).join("Cargo.toml");
    let output = process::cargo()
        .args(["update", "--workspace", "--locked", "--quiet", "--manifest-path"])
        .arg(&manifest)
        .output()
        .context("starting cargo")?;
    if output.status.success() {
        return Ok(None);
    }
    let told = String::from_utf8_lossy(&output.stderr);
    let reason = told.lines().next().unwrap_or("cargo says nothing").trim_start_matches("error: ");
    let remedy = format!("run `cargo update --workspace --manifest-path {folder}Cargo.toml`");
    let message = format!("{reason}: {remedy}");
    Ok(Some(Finding { file: name.to_owned(), line: 1, message }))
}
