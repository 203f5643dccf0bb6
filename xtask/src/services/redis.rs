//! A private Redis server: a free port of the loopback, nothing on disk, gone at the end.
//!
//! It ends with this process however that ends: killed when it is dropped, and signalled by the kernel
//! (`setpriv --pdeathsig`) when this is killed.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process;

/// Its program, and the Debian package that brings it.
pub(crate) const PROGRAM: &str = "redis-server";

/// How long a new server may take to answer.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A running server; killed when it is dropped.
pub(crate) struct Redis {
    child: Child,
    port: u16,
    /// The version, such as `7.0.15`.
    pub(crate) version: String,
}

impl Redis {
    /// Starts a server when its program is here.
    pub(crate) fn start() -> Result<Option<Self>> {
        if !process::works(PROGRAM, "--version") {
            return Ok(None);
        }
        let version = process::output(Command::new(PROGRAM).arg("--version"))?;
        let version = version.split_whitespace().find_map(|word| word.strip_prefix("v=")).unwrap_or("?").to_owned();
        // Free when asked for, and asked for again at once: nobody else listens on loopback here.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut server = Self { child: spawn(port)?, port, version };
        server.wait().context("starting a private Redis")?;
        Ok(Some(server))
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Ends it as a crash would, with all that it knew.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts it again, empty.
    pub(crate) fn start_again(&mut self) -> Result<()> {
        self.child = spawn(self.port)?;
        self.wait()
    }

    /// Lets it answer nobody (`STOP`), or go on (`CONT`).
    pub(crate) fn signal(&self, name: &str) -> Result<()> {
        process::run(Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()))
    }

    /// What a command answers.
    pub(crate) fn ask(&self, words: &[&str]) -> Result<String> {
        let answer = process::output(Command::new("redis-cli").args(["-p", &self.port.to_string()]).args(words))?;
        Ok(answer.trim().to_owned())
    }

    fn wait(&mut self) -> Result<()> {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("it stopped at its start: {status}");
            }
            if start.elapsed() > START_LIMIT {
                bail!("it did not answer within {START_LIMIT:?}");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

fn spawn(port: u16) -> Result<Child> {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--", PROGRAM]);
    if !process::works("setpriv", "--version") {
        command = Command::new(PROGRAM);
    }
    command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--appendonly", "no"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().context("starting redis-server")
}

impl Drop for Redis {
    fn drop(&mut self) {
        // One that was killed before is what was wanted.
        let _ = self.kill();
    }
}
