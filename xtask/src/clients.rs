//! `cargo xtask clients`: clients in two other languages, generated from the document by tools
//! that are not ours, unmodified, type-checked strictly and used against the running application.
//!
//! What they do is in `xtask/clients/walk.ts` and `xtask/clients/walk.py`; the generated code is
//! written under `target/` beside copies of these and nowhere else.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::tools::{self, Package};
use crate::{backend, openapi, process, project};

const OPENAPI_TYPESCRIPT: Package = Package { name: "openapi-typescript", version: "7.13.0" };
const OPENAPI_FETCH: Package = Package { name: "openapi-fetch", version: "0.17.0" };
/// The newest that openapi-typescript names as its peer.
const TYPESCRIPT: Package = Package { name: "typescript", version: "5.9.3" };

const OPENAPI_PYTHON_CLIENT: Package = Package { name: "openapi-python-client", version: "0.29.1" };
const MYPY: Package = Package { name: "mypy", version: "2.4.1" };
/// What the generated code imports.
const HTTPX: Package = Package { name: "httpx", version: "0.28.1" };
const ATTRS: Package = Package { name: "attrs", version: "26.1.0" };

const PASSWORD: &str = "a-phrase-for-the-clients";

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) backend: backend::Binary,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let folder = project::scratch("clients")?;
    let document = folder.join("openapi.json");
    fs::write(&document, openapi::document(&options.backend)?)?;
    let running = backend::Running::start(&options.backend)?;
    typescript(&folder, &document, &running.address()).context("the TypeScript client")?;
    python(&folder, &document, &running.address()).context("the Python client")?;
    println!(
        "clients passed: {OPENAPI_TYPESCRIPT} with {OPENAPI_FETCH} and {TYPESCRIPT}, {OPENAPI_PYTHON_CLIENT} with {MYPY}"
    );
    Ok(())
}

fn typescript(folder: &Path, document: &Path, address: &str) -> Result<()> {
    let tools = tools::npm_with(OPENAPI_TYPESCRIPT, &[OPENAPI_FETCH, TYPESCRIPT])?;
    let modules = tools.join("node_modules");
    let folder = fresh(folder, "typescript", &["walk.ts", "tsconfig.json"])?;
    // Node takes the compiled file for a module of the kind that this says.
    fs::write(folder.join("package.json"), r#"{"type": "module"}"#)?;
    symlink(fs::canonicalize(&modules)?, folder.join("node_modules"))?;
    process::run(
        Command::new(modules.join(".bin/openapi-typescript"))
            .arg(document)
            .arg("--output")
            .arg(folder.join("schema.d.ts"))
            .current_dir(&folder),
    )?;
    process::run(Command::new(modules.join(".bin/tsc")).args(["--project", "."]).current_dir(&folder))?;
    walk(Command::new("node").arg("out/walk.js").current_dir(&folder), address, "typescript")
}

fn python(folder: &Path, document: &Path, address: &str) -> Result<()> {
    let programs = tools::python_with(OPENAPI_PYTHON_CLIENT, &[MYPY, HTTPX, ATTRS])?;
    let programs = fs::canonicalize(programs)?;
    let folder = fresh(folder, "python", &["walk.py", "mypy.ini"])?;
    // The generator runs its formatter by name, and has installed it beside itself.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(programs.clone()).chain(std::env::split_paths(&path)))?;
    process::run(
        Command::new(programs.join("openapi-python-client"))
            .args(["generate", "--meta", "none", "--fail-on-warning", "--output-path", "backend_client", "--path"])
            .arg(document)
            .env("PATH", path)
            .current_dir(&folder),
    )?;
    process::run(Command::new(programs.join("mypy")).args(["--config-file", "mypy.ini"]).current_dir(&folder))?;
    walk(Command::new(programs.join("python")).arg("walk.py").current_dir(&folder), address, "python")
}

/// An empty folder with copies of these scripts.
fn fresh(folder: &Path, name: &str, scripts: &[&str]) -> Result<PathBuf> {
    let folder = folder.join(name);
    if folder.exists() {
        // A link in it is removed, not what it leads to.
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let kept = project::root().join("xtask/clients");
    for script in scripts {
        fs::copy(kept.join(script), folder.join(script)).with_context(|| format!("copying {script}"))?;
    }
    Ok(fs::canonicalize(folder)?)
}

fn walk(command: &mut Command, address: &str, username: &str) -> Result<()> {
    process::run(command.env("BASE_URL", address).env("USERNAME", username).env("PASSWORD", PASSWORD))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::fresh;

    #[test]
    fn a_folder_is_made_anew_without_following_its_links() {
        let base = std::env::temp_dir().join(format!("xtask-clients-{}", std::process::id()));
        let elsewhere = base.join("elsewhere");
        fs::create_dir_all(&elsewhere).expect("a folder");
        fs::write(elsewhere.join("kept"), "").expect("a file");
        let folder = fresh(&base, "client", &["walk.py"]).expect("a fresh folder");
        symlink(&elsewhere, folder.join("node_modules")).expect("a link");
        let folder = fresh(&base, "client", &["walk.ts"]).expect("a fresh folder");
        assert!(folder.join("walk.ts").exists());
        assert!(!folder.join("walk.py").exists() && !folder.join("node_modules").exists());
        assert!(elsewhere.join("kept").exists());
        fs::remove_dir_all(&base).expect("the folder");
    }
}
