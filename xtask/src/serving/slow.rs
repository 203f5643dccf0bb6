//! Nine kinds of slow clients, 1,000 of each: all are closed within their deadline and a second, and a good client is
//! answered meanwhile.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::pause;
use super::server::{Folder, Server, free_port};
use crate::backend::Binary;

const CLIENTS: usize = 1000;

/// The same for every wait, so that one figure tells.
const DEADLINE: Duration = Duration::from_secs(3);

const POST: &str = "POST /api/v1/auth/register HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n\
                    Content-Length: 1000\r\n\r\n{";

/// What a client sends at once, and what it drips then.
const PATTERNS: [(&str, &str, &str); 9] = [
    ("nothing", "", ""),
    ("one byte", "G", ""),
    ("partial request line", "GET /heal", ""),
    ("partial header", "GET /health/live HTTP/1.1\r\nHost: t\r\nX-", ""),
    ("header drip", "GET /health/live HTTP/1.1\r\nHost: t\r\nX: ", "x"),
    ("body drip", POST, " "),
    ("body never", POST, ""),
    ("keep-alive idle", "GET /health/live HTTP/1.1\r\nHost: t\r\n\r\n", ""),
    ("h2 preface part", "PRI * HTTP/2.0\r\n\r\nSM", ""),
];

pub(super) fn run(binary: &Binary) -> Result<()> {
    let folder = Folder::new("slow")?;
    let settings = [
        ("SERVER__FIRST_BYTE_TIMEOUT", "3s"),
        ("SERVER__HEADER_TIMEOUT", "3s"),
        ("SERVER__BODY_TIMEOUT", "3s"),
        ("SERVER__KEEP_ALIVE_TIMEOUT", "3s"),
    ];
    let server = Server::start(binary, &folder.0, free_port()?, &settings)?;
    good(&server)?;
    let base = server.descriptors()?;
    for (name, start, drip) in PATTERNS {
        let (longest, slowest_good) = suffer(&server, start, drip)?;
        let after = settled(&server, base)?;
        println!(
            "   {name}: {CLIENTS} closed, the last after {:.2} s; a good client answered within {:.0} ms; descriptors {base} → {after}",
            longest.as_secs_f64(),
            slowest_good.as_secs_f64() * 1000.0,
        );
        if longest > DEADLINE + Duration::from_secs(1) || after > base + 5 {
            bail!("{name}: closed after {longest:?}, descriptors {base} → {after}");
        }
    }
    Ok(())
}

/// Asks as a good client does; answers how long it took.
fn good(server: &Server) -> Result<Duration> {
    let start = Instant::now();
    let (status, _) = server.ask("GET", "/health/live", "", "")?;
    if status != 200 {
        bail!("a good client was answered {status}");
    }
    Ok(start.elapsed())
}

/// Opens them all and waits until all are closed; the longest life of one, and the longest wait of a good client.
fn suffer(server: &Server, start: &str, drip: &str) -> Result<(Duration, Duration)> {
    let mut clients: Vec<Option<(TcpStream, Instant)>> = Vec::new();
    for _ in 0..CLIENTS {
        let mut stream = server.connect()?;
        let began = Instant::now();
        stream.write_all(start.as_bytes())?;
        stream.set_nonblocking(true)?;
        clients.push(Some((stream, began)));
    }
    let (mut longest, mut slowest_good) = (Duration::ZERO, Duration::ZERO);
    let began = Instant::now();
    let mut dripped = Instant::now();
    while clients.iter().any(Option::is_some) {
        if began.elapsed() > DEADLINE * 10 {
            bail!("{} clients are still connected", clients.iter().flatten().count());
        }
        let drips = !drip.is_empty() && dripped.elapsed() > Duration::from_millis(500);
        for client in &mut clients {
            let Some((stream, began)) = client else { continue };
            if drips {
                // One that was closed shows when it is read.
                let _ = stream.write(drip.as_bytes());
            }
            if is_closed(stream) {
                longest = longest.max(began.elapsed());
                *client = None;
            }
        }
        if drips {
            dripped = Instant::now();
        }
        slowest_good = slowest_good.max(good(server)?);
        pause(Duration::from_millis(50));
    }
    Ok((longest, slowest_good))
}

fn is_closed(stream: &mut TcpStream) -> bool {
    let mut buffer = [0; 2048];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return true,
        }
    }
}

/// The descriptors once those of closed connections are back.
fn settled(server: &Server, base: usize) -> Result<usize> {
    let start = Instant::now();
    loop {
        let now = server.descriptors()?;
        if now <= base + 5 || start.elapsed() > Duration::from_secs(2) {
            return Ok(now);
        }
        pause(Duration::from_millis(50));
    }
}
