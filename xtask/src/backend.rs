//! The application under test: its binary, and a running instance on a free loopback port.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{process, project};

/// How long a debug build may take from its start to its first answer.
const START_LIMIT: Duration = Duration::from_secs(60);

#[derive(Args, Clone)]
pub(crate) struct Binary {
    /// Use this binary instead of building one
    #[arg(long, value_name = "PATH", env = "BACKEND_BINARY")]
    pub(crate) backend: Option<PathBuf>,
}

impl Binary {
    /// The application's command, built when no binary was given.
    pub(crate) fn command(&self) -> Result<Command> {
        let binary = match &self.backend {
            Some(binary) => binary.clone(),
            None => build(&[], "debug")?,
        };
        let binary = fs::canonicalize(&binary).with_context(|| format!("finding the binary {}", binary.display()))?;
        Ok(Command::new(binary))
    }

    /// The one that was given, else an optimized build: what a rate is measured of.
    pub(crate) fn optimized(&self) -> Result<Self> {
        match &self.backend {
            Some(_) => Ok(self.clone()),
            None => Ok(Self { backend: Some(build(&["--release"], "release")?) }),
        }
    }
}

fn build(profile: &[&str], folder: &str) -> Result<PathBuf> {
    let mut command = process::cargo();
    command.args(["build", "--quiet", "--package", "app", "--bin", "backend"]).args(profile);
    process::run(command.current_dir(project::root()))?;
    Ok(project::target().join(folder).join("backend"))
}

/// A running application; it is stopped, and its data removed, when this is dropped.
pub(crate) struct Running {
    child: Child,
    port: u16,
    data: PathBuf,
}

impl Running {
    /// Starts the application with data of its own and waits until it is ready.
    pub(crate) fn start(binary: &Binary) -> Result<Self> {
        Self::start_with(binary, &[])
    }

    /// The same with further settings.
    pub(crate) fn start_with(binary: &Binary, settings: &[(&str, &str)]) -> Result<Self> {
        let mut command = binary.command()?;
        let data = project::scratch("backend")?.join(std::process::id().to_string());
        fs::create_dir_all(&data)?;
        let log = fs::File::create(data.join("backend.log"))?;
        // Free when asked for, and asked for again at once: nobody else listens on loopback here.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let child = command
            // Settings of the developer's own shell are not the test's.
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| name == "PATH" || name == "HOME"))
            .env("HOST", "127.0.0.1")
            .env("PORT", port.to_string())
            .env("DATA_DIR", &data)
            .env("ENVIRONMENT", "development")
            // All that a tool asks comes from one address.
            .env("RATE_LIMIT__ENABLED", "false")
            .envs(settings.iter().copied())
            // A `.env` in the folder from which it is started would count.
            .current_dir(&data)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("starting the backend")?;
        let mut running = Self { child, port, data };
        running.wait()?;
        Ok(running)
    }

    /// The address at which it answers, with no slash at its end.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends one JSON request and returns the answer's status.
    pub(crate) fn post_json(&self, path: &str, body: &str) -> Result<u16> {
        Ok(self.send("POST", path, &[("Content-Type", "application/json")], body)?.0)
    }

    fn get(&self, path: &str) -> Result<u16> {
        Ok(self.send("GET", path, &[], "")?.0)
    }

    /// Sends one request and returns the answer's status and body.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Result<(u16, String)> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n");
        for (name, value) in headers {
            let _ = write!(request, "{name}: {value}\r\n");
        }
        let _ = write!(request, "Content-Length: {}\r\n\r\n{body}", body.len());
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let answer = String::from_utf8_lossy(&answer);
        let status = answer.split(' ').nth(1).context("the answer is not HTTP")?;
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        Ok((status.parse()?, body.to_owned()))
    }

    fn wait(&mut self) -> Result<()> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!("the backend stopped at its start: {status}\n{}", self.log());
            }
            if self.get("/health/ready").is_ok_and(|status| status == 200) {
                return Ok(());
            }
            if start.elapsed() > START_LIMIT {
                bail!("the backend was not ready after {START_LIMIT:?}\n{}", self.log());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.data.join("backend.log")).unwrap_or_default()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Nothing can be done about a process or a folder that is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all::<&Path>(&self.data);
    }
}
