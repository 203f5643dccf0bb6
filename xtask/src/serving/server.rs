//! The binary under test: started, asked, signalled, and looked at through `/proc`.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::pause;
use crate::backend::Binary;
use crate::{process, project};

/// Numbers the logs, one a process.
static LOGS: AtomicU32 = AtomicU32::new(0);

/// How long a start may take.
const START_LIMIT: Duration = Duration::from_secs(60);

/// The administrator of every server here.
pub(super) const ADMIN: (&str, &str) = ("admin", "correct horse battery");

/// A folder of one proof, removed at its end.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Result<Self> {
        let path = project::scratch("serving")?.join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is gone already need not be removed.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A running server; killed when it is dropped.
pub(super) struct Server {
    child: Child,
    pub(super) port: u16,
    log: PathBuf,
}

/// A port that is free now.
pub(super) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

impl Server {
    /// Starts it with data in `folder` and waits until it is ready.
    pub(super) fn start(binary: &Binary, folder: &Path, port: u16, settings: &[(&str, &str)]) -> Result<Self> {
        Self::start_limited(binary, folder, port, settings, None)
    }

    /// The same with at most so many file descriptors.
    pub(super) fn start_limited(
        binary: &Binary,
        folder: &Path,
        port: u16,
        settings: &[(&str, &str)],
        descriptors: Option<u32>,
    ) -> Result<Self> {
        let backend = binary.command()?;
        let mut command = match descriptors {
            None => backend,
            Some(limit) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", &format!("ulimit -n {limit}; exec \"$0\"")]).arg(backend.get_program());
                shell
            }
        };
        let log = folder.join(format!("{}.log", LOGS.fetch_add(1, Relaxed)));
        let file = fs::OpenOptions::new().create(true).append(true).open(&log)?;
        let child = command
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| name == "PATH" || name == "HOME"))
            .env("PORT", port.to_string())
            .env("DATA_DIR", folder.join("data"))
            .env("FIRST_ADMIN_EMAIL", "root@example.com")
            .env("FIRST_ADMIN_PASSWORD", ADMIN.1)
            .env("RATE_LIMIT__ENABLED", "false")
            .env("LOG_LEVEL", "warn")
            .envs(settings.iter().copied())
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .context("starting the backend")?;
        let mut server = Self { child, port, log };
        server.wait_until_ready()?;
        Ok(server)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let start = Instant::now();
        // The line tells that this one serves: another may answer on the same port.
        while !fs::read_to_string(&self.log)?.contains(" is served at ") {
            if let Some(status) = self.child.try_wait()? {
                bail!("the backend stopped at its start: {status}\n{}", self.log());
            }
            if start.elapsed() > START_LIMIT {
                bail!("the backend was not ready after {START_LIMIT:?}\n{}", self.log());
            }
            pause(Duration::from_millis(10));
        }
        Ok(())
    }

    pub(super) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub(super) fn connect(&self) -> Result<TcpStream> {
        connect(self.port)
    }

    /// Asks with this token, if there is one; answers status and body.
    pub(super) fn ask(&self, method: &str, path: &str, token: &str, body: &str) -> Result<(u16, String)> {
        ask(self.port, method, path, token, "application/json", body.as_bytes())
    }

    /// Logs the administrator in.
    pub(super) fn token(&self) -> Result<String> {
        let form = format!("grant_type=password&username={}&password={}", ADMIN.0, ADMIN.1.replace(' ', "+"));
        let media_type = "application/x-www-form-urlencoded";
        let (status, body) = ask(self.port, "POST", "/api/v1/auth/token", "", media_type, form.as_bytes())?;
        let answer: serde_json::Value = serde_json::from_str(&body).with_context(|| format!("{status}: {body}"))?;
        Ok(answer["access_token"].as_str().with_context(|| format!("no token: {body}"))?.to_owned())
    }

    /// How many file descriptors it has.
    pub(super) fn descriptors(&self) -> Result<usize> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.child.id()))?.count())
    }

    /// A line of `/proc/PID/status`, in bytes: `VmRSS`, `VmHWM`.
    pub(super) fn memory(&self, line: &str) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let found = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':'));
        let kilobytes: u64 = found.context("no such line")?.trim().trim_end_matches(" kB").trim().parse()?;
        Ok(kilobytes * 1024)
    }

    pub(super) fn signal(&self, name: &str) -> Result<()> {
        process::run(Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()))
    }

    /// Waits for its end, at most so long.
    pub(super) fn wait(&mut self, limit: Duration) -> Result<(ExitStatus, Duration)> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok((status, start.elapsed()));
            }
            if start.elapsed() > limit {
                bail!("the backend has not ended after {limit:?}\n{}", self.log());
            }
            pause(Duration::from_millis(5));
        }
    }

    pub(super) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended cannot be killed, and that is what was wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(super) fn connect(port: u16) -> Result<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Asks on a connection of its own; answers status and body.
pub(super) fn ask(port: u16, method: &str, path: &str, token: &str, media: &str, body: &[u8]) -> Result<(u16, String)> {
    let authorization = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{authorization}Content-Type: {media}\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = connect(port)?;
    stream.write_all(&[head.as_bytes(), body].concat())?;
    read_answer(&mut stream)
}

/// Reads one answer until the server closes.
pub(super) fn read_answer(stream: &mut TcpStream) -> Result<(u16, String)> {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).with_context(|| format!("no answer: {answer:?}"))?;
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Ok((status.parse()?, body.to_owned()))
}
