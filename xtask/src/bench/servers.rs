//! The servers that are compared: how each is built, and its command line.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Result;

use super::databases::Databases;
use super::endpoints::{Database, Endpoint};
use super::program::{PORT, Program};
use crate::tools::Package;
use crate::{process, project, tools};

const FASTAPI: Package = Package { name: "fastapi", version: "0.141.1" };

/// What runs beside it; `bench/servers/fastapi/requirements.txt` names the same.
const BESIDE: [Package; 10] = [
    Package { name: "uvicorn", version: "0.54.0" },
    Package { name: "uvloop", version: "0.23.0" },
    Package { name: "httptools", version: "0.9.0" },
    Package { name: "email-validator", version: "2.4.0" },
    Package { name: "pyjwt", version: "2.15.1" },
    Package { name: "cryptography", version: "50.0.2" },
    Package { name: "sqlalchemy", version: "2.1.9" },
    Package { name: "greenlet", version: "3.5.6" },
    Package { name: "asyncpg", version: "0.32.0" },
    Package { name: "aiosqlite", version: "0.22.1" },
];

/// What makes a server of the benchmark send the headers that the application sends.
pub(crate) const SECURITY_HEADERS: &str = "--security-headers";

/// One of the servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Server {
    Hyper,
    Axum,
    Fastrail,
    FastApi,
}

impl Server {
    pub(crate) const ALL: [Self; 4] = [Self::Hyper, Self::Axum, Self::Fastrail, Self::FastApi];
    pub(crate) const RUST: [Self; 3] = [Self::Hyper, Self::Axum, Self::Fastrail];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hyper => "hyper",
            Self::Axum => "axum",
            Self::Fastrail => "Fastrail",
            Self::FastApi => "FastAPI",
        }
    }

    /// Builds or installs it.
    pub(crate) fn prepare(self) -> Result<()> {
        match self {
            // Each by itself: built together, each would get the features that the others want of their dependencies.
            Self::FastApi => python().map(drop),
            _ => build(RELEASE, &[self]),
        }
    }

    /// The built program; FastAPI has none.
    pub(crate) fn binary(self) -> PathBuf {
        self.built(RELEASE)
    }

    fn built(self, profile: &str) -> PathBuf {
        target().join(profile).join(self.package())
    }

    fn package(self) -> String {
        format!("bench-{}", self.name().to_lowercase())
    }

    /// The program of a Rust server that the floor is counted with.
    pub(crate) fn floor(self) -> Program {
        Program { words: vec![self.built(FLOOR).into_os_string(), PORT.into()], ..self.unbuilt() }
    }

    fn unbuilt(self) -> Program {
        Program { name: self.name().to_owned(), words: Vec::new(), variables: Vec::new() }
    }

    /// What serves an endpoint, its database named.
    pub(crate) fn program(self, endpoint: &Endpoint, databases: &Databases) -> Result<Program> {
        endpoint.database.map_or_else(|| self.bare(), |database| self.with_database(database, databases))
    }

    /// The same with a database, whatever is asked.
    pub(crate) fn with_database(self, database: Database, databases: &Databases) -> Result<Program> {
        let mut program = self.bare()?;
        program.variables.push(("DATABASE_URL", databases.url(database, self)?));
        Ok(program)
    }

    /// The same without a database.
    pub(crate) fn bare(self) -> Result<Program> {
        let words: Vec<OsString> = if self == Self::FastApi {
            let uvicorn = ["-m", "uvicorn", "main:app", "--no-access-log", "--log-level", "warning", "--app-dir"];
            let mut words = vec![python()?.into_os_string()];
            words.extend(uvicorn.map(OsString::from));
            words.extend([folder().join("fastapi").into_os_string(), "--port".into(), PORT.into()]);
            words
        } else {
            vec![self.binary().into_os_string(), PORT.into()]
        };
        // What Python compiles does not belong among the sources.
        let compiled = project::scratch("bench/python")?.display().to_string();
        Ok(Program { words, variables: vec![("PYTHONPYCACHEPREFIX", compiled)], ..self.unbuilt() })
    }
}

/// The profiles of `bench/servers/Cargo.toml`.
const RELEASE: &str = "release";
const FLOOR: &str = "floor";

/// Builds the servers of the floor. Together, since only their ratio counts and it saves time.
pub(crate) fn build_floor() -> Result<()> {
    build(FLOOR, &[Server::Hyper, Server::Fastrail])
}

fn build(profile: &str, servers: &[Server]) -> Result<()> {
    let mut cargo = process::cargo();
    cargo.args(["build", "--locked", "--quiet", "--profile", profile, "--manifest-path"]);
    cargo.arg(folder().join("Cargo.toml")).arg("--target-dir").arg(target());
    for server in servers {
        cargo.args(["--package", &server.package()]);
    }
    // The workspace around may be built with settings of its own.
    process::run(cargo.env_remove("CARGO_PROFILE_RELEASE_DEBUG"))
}

/// Where FastAPI's Python is.
pub(crate) fn python() -> Result<PathBuf> {
    Ok(tools::python_with(FASTAPI, &BESIDE)?.join("python"))
}

/// The folder of the servers' sources.
fn folder() -> PathBuf {
    project::root().join("bench/servers")
}

fn target() -> PathBuf {
    project::target().join("bench")
}
