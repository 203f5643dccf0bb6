//! The Python side: an environment with what FastAPI's tests need, and FastAPI's source distribution, which has them.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::tools::{self, Package};
use crate::{process, project};

const FASTAPI: Package = Package { name: "fastapi", version: "0.141.1" };

/// What the tests import beside it; nothing of a server
const OTHERS: [Package; 11] = [
    Package { name: "pytest", version: "9.2.0" },
    Package { name: "pytest-timeout", version: "2.4.0" },
    Package { name: "httpx", version: "0.28.1" },
    Package { name: "httpx2", version: "2.16.2" },
    Package { name: "websockets", version: "17.4" },
    Package { name: "inline-snapshot", version: "0.36.1" },
    Package { name: "dirty-equals", version: "0.11" },
    Package { name: "sqlmodel", version: "0.0.50" },
    Package { name: "starlette", version: "1.10.0" },
    Package { name: "pydantic", version: "2.14.3" },
    Package { name: "pyyaml", version: "6.0.3" },
];

/// Where the interpreter and FastAPI's sources are
pub(super) struct Python {
    pub(super) program: PathBuf,
    pub(super) sources: PathBuf,
}

/// Sets both up, once
pub(super) fn python() -> Result<Python> {
    let program = tools::python_with(FASTAPI, &OTHERS)?.join("python");
    let program = std::path::absolute(&program).context("finding the interpreter")?;
    let folder = project::scratch("conformance")?;
    let name = format!("{}-{}", FASTAPI.name, FASTAPI.version);
    let sources = folder.join(&name);
    if !sources.join("tests/test_tutorial").is_dir() {
        process::run(
            Command::new(&program)
                .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check"])
                .args(["--no-deps", "--no-binary", ":all:", "--dest"])
                .arg(&folder)
                .arg(format!("{}=={}", FASTAPI.name, FASTAPI.version)),
        )?;
        let archive = folder.join(format!("{name}.tar.gz"));
        process::run(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&folder))?;
        fs::remove_file(&archive)?;
    }
    Ok(Python { program, sources: fs::canonicalize(sources)? })
}
