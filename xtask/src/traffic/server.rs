//! A limited process, and a client that asks it as fast as it answers.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{process, project};

/// How many requests are on their way at once on a connection.
const PIPELINED: usize = 32;

/// A running server; killed when it is dropped.
pub(super) struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Limits by this rate, in Redis when there is its URL.
    pub(super) fn start(rate: &str, redis: Option<&str>) -> Result<Self> {
        Self::start_shifted(rate, redis, None)
    }

    /// The same with a clock that is so far off: `+5s`.
    pub(super) fn start_shifted(rate: &str, redis: Option<&str>, shift: Option<&str>) -> Result<Self> {
        let mut command = Command::new(project::target().join("debug/examples/limited_server"));
        if let Some(shift) = shift {
            // What `faketime` would set; by itself it would stand between this process and the server.
            let environment = process::output(Command::new("faketime").args(["-f", shift, "env"]))?;
            let set = environment.lines().filter_map(|line| line.split_once('='));
            command.envs(set.filter(|(name, _)| matches!(*name, "LD_PRELOAD" | "FAKETIME")));
        }
        command.arg(rate).args(redis).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().context("starting the server")?;
        let mut lines = BufReader::new(child.stderr.take().context("no standard error")?).lines();
        let line = lines.next().context("the server ended")??;
        thread::spawn(move || lines.for_each(drop));
        let address = line.split("http://").nth(1).and_then(|rest| rest.split(' ').next());
        let address = address.with_context(|| format!("no address in `{line}`"))?.to_owned();
        Ok(Self { child, address })
    }

    pub(super) fn connect(&self) -> Result<Client> {
        Client::connect(&self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended cannot be killed, and that is what was wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One connection that is kept.
pub(super) struct Client {
    stream: TcpStream,
    unread: Vec<u8>,
    /// The `Date` of the last answer.
    pub(super) date: String,
}

/// How often which status was answered, and the longest wait for some that were sent together.
#[derive(Debug, Default)]
pub(super) struct Answers {
    pub(super) by_status: BTreeMap<u16, u64>,
    pub(super) longest: Duration,
}

impl Answers {
    pub(super) fn of(&self, status: u16) -> u64 {
        self.by_status.get(&status).copied().unwrap_or(0)
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (status, count) in &other.by_status {
            *self.by_status.entry(*status).or_default() += count;
        }
        self.longest = self.longest.max(other.longest);
    }

    /// Whether nothing but these was answered.
    pub(super) fn are_only(&self, statuses: &[u16]) -> bool {
        self.by_status.keys().all(|status| statuses.contains(status))
    }

    /// `200 × 5, 429 × 95`
    pub(super) fn shown(&self) -> String {
        let each = self.by_status.iter().map(|(status, count)| format!("{status} × {count}"));
        each.collect::<Vec<_>>().join(", ")
    }
}

impl Client {
    pub(super) fn connect(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self { stream, unread: Vec::new(), date: String::new() })
    }

    /// Asks for a path so often, each time with the header that is made for the number.
    pub(super) fn ask(&mut self, path: &str, count: usize, header: impl Fn(usize) -> String) -> Result<Answers> {
        let mut answers = Answers::default();
        let mut sent = 0;
        while sent < count {
            let batch = PIPELINED.min(count - sent);
            let mut requests = String::new();
            for number in sent..sent + batch {
                requests.push_str(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", header(number)));
            }
            let start = Instant::now();
            self.stream.write_all(requests.as_bytes())?;
            for _ in 0..batch {
                *answers.by_status.entry(self.answer()?).or_default() += 1;
            }
            answers.longest = answers.longest.max(start.elapsed());
            sent += batch;
        }
        Ok(answers)
    }

    /// Reads one answer; its status.
    fn answer(&mut self) -> Result<u16> {
        loop {
            if let Some(end) = find(&self.unread, b"\r\n\r\n") {
                let head = std::str::from_utf8(&self.unread[..end])?;
                let status = head.split(' ').nth(1).context("no status")?.parse()?;
                let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                let length: usize = field("content-length:").unwrap_or("0").parse()?;
                let length = end + 4 + length;
                if self.unread.len() >= length {
                    self.date = field("date:").unwrap_or_default().to_owned();
                    self.unread.drain(..length);
                    return Ok(status);
                }
            }
            let mut room = [0; 16 * 1024];
            match self.stream.read(&mut room)? {
                0 => bail!("the server closed after {:?}", String::from_utf8_lossy(&self.unread)),
                read => self.unread.extend_from_slice(&room[..read]),
            }
        }
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// No header of one's own.
pub(super) fn plain(_: usize) -> String {
    String::new()
}

/// Asks all servers for a path at the same time, on two connections each.
pub(super) fn ask_all(servers: &[Server], path: &str, each: usize) -> Result<Answers> {
    thread::scope(|scope| {
        let asking: Vec<_> = servers
            .iter()
            .flat_map(|server| [server, server])
            .map(|server| scope.spawn(move || server.connect()?.ask(path, each / 2, plain)))
            .collect();
        let mut all = Answers::default();
        for asked in asking {
            all.add(&asked.join().map_err(|_| anyhow::anyhow!("a client panicked"))??);
        }
        Ok(all)
    })
}
