//! SIGTERM among slow clients: whoever was being answered is, and the process ends in time and well.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::pause;
use super::server::{ADMIN, Folder, Server, connect, free_port, read_answer};
use crate::backend::Binary;

const SLOW: usize = 500;
const RUNNING: usize = 30;
const DEADLINE: Duration = Duration::from_secs(10);

pub(super) fn run(binary: &Binary) -> Result<()> {
    let folder = Folder::new("drain")?;
    let settings = [("SERVER__DRAIN_TIMEOUT", "10s"), ("AUTH__PASSWORD_HASH_CONCURRENCY", "1")];
    let mut server = Server::start(binary, &folder.0, free_port()?, &settings)?;
    server.token()?;
    let mut slow = Vec::new();
    for n in 0..SLOW {
        let mut stream = server.connect()?;
        stream.write_all(["", "G", "GET / HTTP/1.1\r\nHost: t\r\nX: "][n % 3].as_bytes())?;
        slow.push(stream);
    }
    // Passwords are hashed one after the other, so most of these run when the signal comes.
    let port = server.port;
    let mut running = Vec::new();
    for n in 0..RUNNING {
        let (name, password) = (format!("client{n}"), ADMIN.1);
        let body = format!("{{\"username\":\"{name}\",\"email\":\"{name}@example.com\",\"password\":\"{password}\"}}");
        let request = format!(
            "POST /api/v1/auth/register HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = connect(port)?;
        stream.write_all(request.as_bytes())?;
        running.push(stream);
    }
    // The last one's bytes are in the kernel; the first ones' answers tell that requests were taken up.
    let mut first = [0; 12];
    running[0].read_exact(&mut first)?;
    if &first != b"HTTP/1.1 201" {
        bail!("a first request was answered {}", String::from_utf8_lossy(&first));
    }
    pause(Duration::from_millis(100));
    let start = Instant::now();
    server.signal("TERM")?;
    let mut answered = 1;
    for stream in &mut running[1..] {
        match read_answer(stream) {
            Ok((201, _)) => answered += 1,
            Ok((status, body)) => bail!("a running request was answered {status}: {body}"),
            Err(error) => bail!("a running request was not answered: {error}"),
        }
    }
    let (status, _) = server.wait(DEADLINE)?;
    println!(
        "   SIGTERM among {SLOW} slow clients: {answered} of {RUNNING} running requests answered 201, ended with {status} after {:.2} s of {} s",
        start.elapsed().as_secs_f64(),
        DEADLINE.as_secs(),
    );
    if !status.success() {
        bail!("it ended with {status}");
    }
    drop(slow);
    Ok(())
}
