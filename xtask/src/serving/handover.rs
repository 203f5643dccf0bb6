//! Rolling restarts under load: each process hands its listening socket to the next, and no request fails.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::pause;
use super::server::{Folder, Server, connect, free_port};
use crate::backend::Binary;

const RESTARTS: usize = 20;
const CLIENTS: usize = 8;

#[derive(Default)]
struct Load {
    over: AtomicBool,
    answered: AtomicU64,
    reconnected: AtomicU64,
    failed: AtomicU64,
}

pub(super) fn run(binary: &Binary) -> Result<()> {
    let folder = Folder::new("handover")?;
    let socket = folder.0.join("next");
    let settings = [("SERVER__HANDOVER_SOCKET", socket.to_str().context("the path is no text")?)];
    let port = free_port()?;
    let mut server = Server::start(binary, &folder.0, port, &settings)?;
    let load = Load::default();
    let start = Instant::now();
    let restarted = std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let load = &load;
            scope.spawn(move || if client % 2 == 0 { once(port, load) } else { kept_alive(port, load) });
        }
        let restarted = (|| {
            for _ in 0..RESTARTS {
                let next = Server::start(binary, &folder.0, port, &settings)?;
                let (status, _) = server.wait(Duration::from_secs(30))?;
                if !status.success() {
                    bail!("the old process ended with {status}\n{}", server.log());
                }
                server = next;
                pause(Duration::from_millis(100));
            }
            Ok(())
        })();
        load.over.store(true, Relaxed);
        restarted
    });
    restarted?;
    println!(
        "   {RESTARTS} restarts under {CLIENTS} clients in {:.0} s: {} requests answered, {} failed ({} connections ended between requests)",
        start.elapsed().as_secs_f64(),
        load.answered.load(Relaxed),
        load.failed.load(Relaxed),
        load.reconnected.load(Relaxed),
    );
    if load.failed.load(Relaxed) > 0 {
        bail!("requests failed");
    }
    Ok(())
}

/// A connection for each request.
fn once(port: u16, load: &Load) {
    while !load.over.load(Relaxed) {
        let asked = connect(port).and_then(|mut stream| request(&mut stream, "close"));
        count(load, asked.is_ok_and(|answer| answer.is_good));
    }
}

/// One connection as long as the server keeps it, as a browser or a proxy does.
fn kept_alive(port: u16, load: &Load) {
    let mut stream = None;
    while !load.over.load(Relaxed) {
        let mut connected = match stream.take().map_or_else(|| connect(port), Ok) {
            Ok(connected) => connected,
            Err(_) => {
                count(load, false);
                continue;
            }
        };
        match request(&mut connected, "keep-alive") {
            Ok(answer) => {
                count(load, answer.is_good);
                if answer.closes {
                    load.reconnected.fetch_add(1, Relaxed);
                } else {
                    stream = Some(connected);
                }
            }
            Err(_) => count(load, false),
        }
    }
}

fn count(load: &Load, is_good: bool) {
    if is_good { &load.answered } else { &load.failed }.fetch_add(1, Relaxed);
}

struct Answer {
    is_good: bool,
    closes: bool,
}

fn request(stream: &mut TcpStream, connection: &str) -> Result<Answer> {
    let text = format!("GET /health/ready HTTP/1.1\r\nHost: t\r\nConnection: {connection}\r\n\r\n");
    stream.write_all(text.as_bytes())?;
    let mut answer = Vec::new();
    let mut buffer = [0; 2048];
    loop {
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            bail!("closed without an answer");
        }
        answer.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&answer);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).context("no length")?;
            if body.len() >= length.parse()? {
                let closes = head.contains("connection: close");
                return Ok(Answer { is_good: head.starts_with("HTTP/1.1 200 "), closes });
            }
        }
    }
}
