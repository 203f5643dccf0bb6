//! The servers that are compared: how each is built, started and stopped.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::tools::Package;
use crate::{process, project, tools};

/// How long a server may take to listen, also under instrumentation.
const START_LIMIT: Duration = Duration::from_secs(60);

const FASTAPI: Package = Package { name: "fastapi", version: "0.141.1" };

/// What runs beside it; `bench/servers/fastapi/requirements.txt` names the same.
const BESIDE: [Package; 9] = [
    Package { name: "uvicorn", version: "0.54.0" },
    Package { name: "uvloop", version: "0.23.0" },
    Package { name: "httptools", version: "0.9.0" },
    Package { name: "email-validator", version: "2.4.0" },
    Package { name: "pyjwt", version: "2.15.1" },
    Package { name: "sqlalchemy", version: "2.1.9" },
    Package { name: "greenlet", version: "3.5.6" },
    Package { name: "asyncpg", version: "0.32.0" },
    Package { name: "aiosqlite", version: "0.22.1" },
];

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
            Self::FastApi => tools::python_with(FASTAPI, &BESIDE).map(drop),
            _ => process::run(
                process::cargo()
                    .args(["build", "--release", "--locked", "--quiet", "--package", &self.package()])
                    .arg("--manifest-path")
                    .arg(folder().join("Cargo.toml"))
                    .arg("--target-dir")
                    .arg(target())
                    // The workspace around has its own settings for quick builds.
                    .env_remove("CARGO_PROFILE_RELEASE_DEBUG"),
            ),
        }
    }

    fn package(self) -> String {
        format!("bench-{}", self.name().to_lowercase())
    }

    /// The built program; FastAPI has none.
    pub(crate) fn binary(self) -> PathBuf {
        target().join("release").join(self.package())
    }

    /// What starts it, `options` aside.
    fn command(self, port: u16, under: &[String]) -> Result<Command> {
        let mut words: Vec<PathBuf> = under.iter().map(PathBuf::from).collect();
        if self == Self::FastApi {
            words.push(tools::python_with(FASTAPI, &BESIDE)?.join("python"));
            words.extend(["-m", "uvicorn", "main:app", "--no-access-log", "--log-level", "warning"].map(PathBuf::from));
            words.extend(["--app-dir".into(), folder().join("fastapi"), "--port".into()]);
        } else {
            words.push(self.binary());
        }
        words.push(port.to_string().into());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        Ok(command)
    }

    /// Starts it on a free port, under the program `under` when that is not empty, and waits until it answers.
    pub(crate) fn start(self, under: &[String], options: &[&str]) -> Result<Running> {
        let port = free_port()?;
        let mut command = self.command(port, under)?;
        command.args(options).env_remove("DATABASE_URL").stdout(Stdio::null()).stderr(Stdio::piped());
        let child = command.spawn().with_context(|| format!("starting {}", self.name()))?;
        let mut running = Running { child, port };
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if running.child.try_wait()?.is_some() || start.elapsed() > START_LIMIT {
                bail!("{} does not listen: {}", self.name(), running.stop()?);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(running)
    }
}

/// A server that runs; dropped, it is killed.
pub(crate) struct Running {
    child: Child,
    pub(crate) port: u16,
}

impl Running {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it by SIGTERM and returns what it wrote to standard error.
    pub(crate) fn stop(mut self) -> Result<String> {
        process::run(Command::new("kill").args(["-TERM", &self.id().to_string()]))?;
        let mut text = String::new();
        if let Some(mut errors) = self.child.stderr.take() {
            std::io::Read::read_to_string(&mut errors, &mut text)?;
        }
        self.child.wait()?;
        Ok(text)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, and that is well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The folder of the benchmark's sources.
pub(crate) fn folder() -> PathBuf {
    project::root().join("bench/servers")
}

fn target() -> PathBuf {
    project::target().join("bench")
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
