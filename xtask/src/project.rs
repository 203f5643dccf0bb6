//! Where things are: the checkout's root, the build folder, the files under version control.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// Cargo's build folder, where everything that these commands make is kept.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A folder of these commands' own under the build folder, made when it is not there.
pub(crate) fn scratch(name: &str) -> Result<PathBuf> {
    let folder = target().join("xtask").join(name);
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder)
}

/// The files of the checkout, relative to `root`: tracked ones, and new ones not ignored.
pub(crate) fn files(root: &Path) -> Result<Vec<String>> {
    let listing = process::output(
        Command::new("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root),
    )?;
    let mut files: Vec<String> =
        listing.split('\0').filter(|name| !name.is_empty() && root.join(name).is_file()).map(str::to_owned).collect();
    files.sort_unstable();
    files.dedup();
    Ok(files)
}
