//! Load on one path, by the clock or by what is in flight, from one thread that never waits for an answer.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::pause;

/// How long the last answers may take
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a connection may have been idle, so that the server is not about to close it
const FRESH: Duration = Duration::from_secs(1);

/// When the next request is sent.
#[derive(Clone, Copy)]
pub(super) enum Pace {
    /// When fewer than so many wait for their answers: a closed loop, which a slow server slows down.
    InFlight(usize),
    /// By the clock, whether answers have come or not: an open loop, as strangers ask.
    PerSecond(f64),
}

/// What has come of it.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) sent: u64,
    /// 2xx that came before the time was over
    pub(super) good: u64,
    pub(super) by_status: BTreeMap<u16, u64>,
    /// 429 and 503 that say when to come again: how long each took
    pub(super) refused: Vec<Duration>,
    /// How long each 2xx took
    pub(super) waits: Vec<Duration>,
    /// Connections that ended without an answer
    pub(super) broken: u64,
    pub(super) most_in_flight: usize,
    /// How late a request was sent at most
    pub(super) latest: Duration,
}

/// Loads a path for so long, each request on a connection that no other waits on, and waits for the last answers.
pub(super) fn load(port: u16, path: &str, pace: Pace, lasting: Duration) -> Result<Seen> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let (mut seen, mut idle, mut waiting) = (Seen::default(), Vec::<Connection>::new(), Vec::new());
    let start = Instant::now();
    loop {
        let now = start.elapsed();
        if now < lasting {
            while let Some(late) = pace.is_due(now, seen.sent, waiting.len()) {
                // The one that was used last comes first; where that is too old, all are.
                let fresh = idle.pop().filter(|connection| connection.sent.elapsed() < FRESH);
                let connection = fresh.map_or_else(|| Connection::to(port), Ok)?;
                seen.latest = seen.latest.max(late);
                seen.sent += 1;
                match connection.asked(request.as_bytes()) {
                    Some(connection) => waiting.push(connection),
                    None => seen.broken += 1,
                }
            }
        } else if waiting.is_empty() {
            return Ok(seen);
        } else if now > lasting + PATIENCE {
            bail!("{} requests have no answer after {} s", waiting.len(), PATIENCE.as_secs());
        }
        seen.most_in_flight = seen.most_in_flight.max(waiting.len());
        let before = waiting.len();
        let mut index = 0;
        while index < waiting.len() {
            match waiting[index].look()? {
                Look::Nothing => index += 1,
                Look::Broken => {
                    waiting.swap_remove(index);
                    seen.broken += 1;
                }
                Look::Answer { status, says_when } => {
                    let connection = waiting.swap_remove(index);
                    seen.note(status, says_when, connection.sent.elapsed(), start.elapsed() < lasting);
                    idle.push(connection);
                }
            }
        }
        if waiting.len() == before {
            pause(Duration::from_micros(100));
        }
    }
}

impl Pace {
    /// How late the next request is, when it has to be sent.
    fn is_due(self, now: Duration, sent: u64, waiting: usize) -> Option<Duration> {
        match self {
            Self::InFlight(most) => (waiting < most).then_some(Duration::ZERO),
            Self::PerSecond(rate) => now.checked_sub(Duration::from_secs_f64(sent as f64 / rate)),
        }
    }
}

impl Seen {
    fn note(&mut self, status: u16, says_when: bool, wait: Duration, in_time: bool) {
        *self.by_status.entry(status).or_default() += 1;
        match status {
            200..300 => {
                self.good += u64::from(in_time);
                self.waits.push(wait);
            }
            429 | 503 if says_when => self.refused.push(wait),
            _ => {}
        }
    }

    /// That every request was answered, by a success or by a refusal that says when to come again.
    pub(super) fn is_orderly(&self) -> Result<()> {
        let answered = (self.waits.len() + self.refused.len()) as u64;
        ensure!(
            answered == self.sent && self.broken == 0,
            "of {} requests {answered} were answered as they should: {:?}, {} connections broke",
            self.sent,
            self.by_status,
            self.broken
        );
        Ok(())
    }
}

/// What so many of a hundred have waited at most.
pub(super) fn percentile(waits: &mut [Duration], percent: usize) -> Duration {
    waits.sort_unstable();
    waits.get((waits.len() * percent / 100).min(waits.len().saturating_sub(1))).copied().unwrap_or_default()
}

struct Connection {
    stream: TcpStream,
    sent: Instant,
    answer: Vec<u8>,
}

enum Look {
    Nothing,
    Answer { status: u16, says_when: bool },
    Broken,
}

impl Connection {
    fn to(port: u16) -> Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).context("connecting")?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self { stream, sent: Instant::now(), answer: Vec::new() })
    }

    /// Sends a request; `None` when the server has closed it.
    fn asked(mut self, request: &[u8]) -> Option<Self> {
        self.sent = Instant::now();
        self.answer.clear();
        self.stream.write_all(request).ok().map(|()| self)
    }

    /// Reads what is there.
    fn look(&mut self) -> Result<Look> {
        let mut room = [0; 4096];
        match self.stream.read(&mut room) {
            Ok(0) => return Ok(Look::Broken),
            Ok(read) => self.answer.extend_from_slice(&room[..read]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
                return Ok(Look::Nothing);
            }
            Err(_) => return Ok(Look::Broken),
        }
        let text = String::from_utf8_lossy(&self.answer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { return Ok(Look::Nothing) };
        let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let length: usize = field("content-length:").context("an answer without a length")?.parse()?;
        if body.len() < length {
            return Ok(Look::Nothing);
        }
        let status = head.split(' ').nth(1).context("no status")?.parse()?;
        let says_when = field("retry-after:").is_some_and(|wait| wait.parse::<u32>().is_ok());
        Ok(Look::Answer { status, says_when })
    }
}
