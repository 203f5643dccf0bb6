//! Programs from registries, at pinned versions, installed under the build folder and nowhere
//! else. Each is installed once and used from there afterwards.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{process, project};

/// A package of one of the registries, at one version.
#[derive(Clone, Copy)]
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

impl Package {
    /// A folder of its own, so that two versions never meet.
    fn folder(self) -> Result<PathBuf> {
        let name = self.name.trim_start_matches('@').replace('/', "-");
        project::scratch(&format!("tools/{name}-{}", self.version))
    }
}

/// Installs an npm package and returns the folder that holds its `node_modules`.
pub(crate) fn npm(package: Package) -> Result<PathBuf> {
    let folder = package.folder()?;
    let installed = folder.join("installed");
    if !installed.exists() {
        if !process::works("npm", "--version") {
            bail!("{} needs Node.js and npm: install them and run this again", package.name);
        }
        process::run(
            Command::new("npm")
                .args(["install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"])
                .args(["--loglevel", "error", "--ignore-scripts", "--prefix"])
                .arg(&folder)
                .arg(format!("{}@{}", package.name, package.version)),
        )?;
        fs::write(installed, package.version)?;
    }
    Ok(folder)
}

/// Installs a Python package into an environment of its own; returns the folder of its programs.
pub(crate) fn python(package: Package) -> Result<PathBuf> {
    let folder = package.folder()?;
    let installed = folder.join("installed");
    let programs = folder.join("bin");
    if !installed.exists() {
        process::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))
            .with_context(|| format!("{} needs python3 with venv: install it and run this again", package.name))?;
        process::run(
            Command::new(programs.join("python"))
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
                .arg(format!("{}=={}", package.name, package.version)),
        )?;
        fs::write(installed, package.version)?;
    }
    Ok(programs)
}

/// Finds a cargo subcommand, or builds it from source under the build folder.
///
/// One that is installed already is used as it is, whatever its version.
pub(crate) fn cargo(package: Package) -> Result<PathBuf> {
    if process::works(package.name, "--version") {
        return Ok(PathBuf::from(package.name));
    }
    let tools = project::target().join("tools");
    let program = tools.join("bin").join(package.name);
    if !process::works(&program, "--version") {
        println!("installing {} {} under {}", package.name, package.version, tools.display());
        process::run(
            process::cargo()
                .args(["install", "--quiet", "--locked", package.name])
                .args(["--version", package.version, "--root"])
                .arg(&tools)
                .arg("--target-dir")
                .arg(tools.join("build")),
        )?;
    }
    Ok(program)
}
