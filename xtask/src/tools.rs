//! Programs from registries, at pinned versions, installed under the build folder and nowhere
//! else. Each is installed once and used from there afterwards.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{process, project};

/// A package of one of the registries, at one version.
#[derive(Clone, Copy)]
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}

impl Package {
    /// A folder of its own, so that two versions never meet.
    fn folder(self) -> Result<PathBuf> {
        let name = self.name.trim_start_matches('@').replace('/', "-");
        project::scratch(&format!("tools/{name}-{}", self.version))
    }
}

/// Whether exactly these packages are in a folder; the file that says so is written last.
fn is_installed(marker: &Path, packages: &[String]) -> bool {
    fs::read_to_string(marker).is_ok_and(|text| text == packages.join("\n"))
}

/// The names of packages with their versions, as their installers want them.
fn pinned(package: Package, others: &[Package], separator: &str) -> Vec<String> {
    let all = std::iter::once(&package).chain(others);
    all.map(|package| format!("{}{separator}{}", package.name, package.version)).collect()
}

/// Installs an npm package and returns the folder that holds its `node_modules`.
pub(crate) fn npm(package: Package) -> Result<PathBuf> {
    npm_with(package, &[])
}

/// The same with others beside it.
pub(crate) fn npm_with(package: Package, others: &[Package]) -> Result<PathBuf> {
    let folder = package.folder()?;
    let installed = folder.join("installed");
    let packages = pinned(package, others, "@");
    if !is_installed(&installed, &packages) {
        if !process::works("npm", "--version") {
            bail!("{} needs Node.js and npm: install them and run this again", package.name);
        }
        process::run(
            Command::new("npm")
                .args(["install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"])
                .args(["--loglevel", "error", "--ignore-scripts", "--prefix"])
                .arg(&folder)
                .args(&packages),
        )?;
        fs::write(installed, packages.join("\n"))?;
    }
    Ok(folder)
}

/// Installs a Python package into an environment of its own; returns the folder of its programs.
pub(crate) fn python(package: Package) -> Result<PathBuf> {
    python_with(package, &[])
}

/// The same with others beside it.
pub(crate) fn python_with(package: Package, others: &[Package]) -> Result<PathBuf> {
    let folder = package.folder()?;
    let installed = folder.join("installed");
    let programs = folder.join("bin");
    let packages = pinned(package, others, "==");
    if !is_installed(&installed, &packages) {
        process::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))
            .with_context(|| format!("{} needs python3 with venv: install it and run this again", package.name))?;
        process::run(
            Command::new(programs.join("python"))
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
                .args(&packages),
        )?;
        fs::write(installed, packages.join("\n"))?;
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

#[cfg(test)]
mod tests {
    use super::{Package, is_installed, pinned};

    const ONE: Package = Package { name: "one", version: "1.0.0" };
    const OTHER: Package = Package { name: "@scope/other", version: "2.3.4" };

    #[test]
    fn every_package_is_pinned() {
        assert_eq!(pinned(ONE, &[OTHER], "=="), ["one==1.0.0", "@scope/other==2.3.4"]);
        assert_eq!(pinned(ONE, &[], "@"), ["one@1.0.0"]);
    }

    #[test]
    fn other_versions_are_installed_anew() {
        let folder = std::env::temp_dir().join(format!("xtask-tools-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let marker = folder.join("installed");
        assert!(!is_installed(&marker, &pinned(ONE, &[], "@")));
        std::fs::write(&marker, "one@1.0.0").expect("a file");
        assert!(is_installed(&marker, &pinned(ONE, &[], "@")));
        assert!(!is_installed(&marker, &pinned(ONE, &[OTHER], "@")));
        std::fs::remove_dir_all(&folder).expect("the folder");
    }
}
