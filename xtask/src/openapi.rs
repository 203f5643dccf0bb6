//! `cargo xtask openapi`: the application's document as a file under review.
//!
//! A change of the API shows in the pull request's diff; `--check` keeps the file honest.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{backend, process, project};

#[derive(Args)]
pub(crate) struct Options {
    /// Write nothing; fail when the file is not current
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    backend: backend::Binary,
}

/// Where the document is kept.
pub(crate) fn path() -> PathBuf {
    project::root().join("app/openapi.json")
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let mut current = document(&options.backend)?;
    if !current.ends_with('\n') {
        current.push('\n');
    }
    let path = path();
    if !options.check {
        fs::write(&path, current).with_context(|| format!("writing {}", path.display()))?;
        println!("wrote app/openapi.json");
        return Ok(());
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    if let Some(line) = first_difference(&kept, &current) {
        bail!("app/openapi.json:{line}: not current; run `cargo xtask openapi` and commit the file");
    }
    println!("app/openapi.json is current");
    Ok(())
}

/// The document as the application prints it.
pub(crate) fn document(backend: &backend::Binary) -> Result<String> {
    process::output(backend.command()?.arg("openapi"))
}

/// The number of the first line that differs.
fn first_difference(kept: &str, current: &str) -> Option<usize> {
    if kept == current {
        return None;
    }
    let same = kept.lines().zip(current.lines()).take_while(|(left, right)| left == right).count();
    Some(same + 1)
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn the_first_line_that_differs_is_named() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("a\n", "a\nb\n"), Some(2));
        assert_eq!(first_difference("", "a\n"), Some(1));
    }
}
