//! A server that is measured: how it is started, under which other program, and how it ends.

use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process;

/// How long a server may take to listen, also under instrumentation.
const START_LIMIT: Duration = Duration::from_secs(600);

/// How long a server that rests uses no processor time, and how long it may take until then.
const REST: Duration = Duration::from_millis(200);
const REST_LIMIT: Duration = Duration::from_secs(30);

/// What Linux counts processor time in, as it shows it: a hundredth of a second on every architecture of today.
const TICK: Duration = Duration::from_millis(10);

/// Stands in a program's words and variables for the port that it shall listen on.
pub(crate) const PORT: &str = "{port}";

/// A server's command line and settings.
#[derive(Clone)]
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) words: Vec<OsString>,
    pub(crate) variables: Vec<(&'static str, String)>,
}

impl Program {
    /// Starts it on a free port, under the program `under` when that is not empty, and waits until it listens.
    pub(crate) fn start(&self, under: &[&str]) -> Result<Running> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let number = port.to_string();
        let mut words = under.iter().map(OsString::from).chain(self.words.iter().map(|word| {
            // Every other word is left as it is: a path need not be text.
            if word == PORT { OsString::from(&number) } else { word.clone() }
        }));
        let mut command = Command::new(words.next().context("a program without words")?);
        command
            .args(words)
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        for (name, value) in &self.variables {
            command.env(name, value.replace(PORT, &number));
        }
        let start = Instant::now();
        let child = command.spawn().with_context(|| format!("starting {}", self.name))?;
        let mut running = Running { child, port, start };
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if running.child.try_wait()?.is_some() || start.elapsed() > START_LIMIT {
                bail!("{} does not listen: {}", self.name, running.stop()?);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(running)
    }
}

/// A server that runs; dropped, it is killed.
pub(crate) struct Running {
    child: Child,
    pub(crate) port: u16,
    /// When its process was made
    pub(crate) start: Instant,
}

impl Running {
    /// The processor time that it has used, of all its threads, in user mode and in the kernel.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        let line = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The program's name stands in parentheses and may hold spaces; utime and stime are fields 14 and 15 (proc(5)).
        let (_, fields) = line.rsplit_once(')').context("no /proc/PID/stat")?;
        let mut times = fields.split_whitespace().skip(11);
        let mut ticks = || times.next().context("no times in /proc/PID/stat")?.parse::<u32>().context("ticks");
        Ok(TICK * (ticks()? + ticks()?))
    }

    /// Waits until it rests: until it has used no processor time for a while.
    ///
    /// # Errors
    /// When it never rests.
    pub(crate) fn rest(&self) -> Result<()> {
        let mut used = self.processor_time()?;
        let start = Instant::now();
        loop {
            std::thread::sleep(REST);
            let now = self.processor_time()?;
            if now == used {
                return Ok(());
            }
            if start.elapsed() > REST_LIMIT {
                bail!("it uses processor time {} s after its start", start.elapsed().as_secs());
            }
            used = now;
        }
    }

    /// Its resident memory in bytes.
    pub(crate) fn memory(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse().context("VmRSS")?;
        Ok(kibibytes * 1024)
    }

    /// Ends it by SIGTERM; returns what it, and the program that it ran under, wrote to standard error.
    pub(crate) fn stop(mut self) -> Result<String> {
        process::run(Command::new("kill").args(["-TERM", &self.child.id().to_string()]))?;
        let mut text = String::new();
        if let Some(mut errors) = self.child.stderr.take() {
            errors.read_to_string(&mut text)?;
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
