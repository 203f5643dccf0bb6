//! A client that keeps a fixed number of requests in flight, one on each connection.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::request::Request;

/// How long one answer may take; under an instrumented server that is long.
const PATIENCE: Duration = Duration::from_secs(300);

/// Open connections to one server.
pub(crate) struct Client {
    connections: Vec<TcpStream>,
}

impl Client {
    pub(crate) fn connect(port: u16, connections: usize) -> Result<Self> {
        let connections = (0..connections).map(|_| connect(port)).collect::<Result<_>>()?;
        Ok(Self { connections })
    }

    /// Sends one request on every connection, then reads every answer; `rounds` times.
    pub(crate) fn run(&mut self, request: &Request, rounds: usize) -> Result<()> {
        let bytes = request.bytes();
        let mut answer = Vec::with_capacity(4096);
        for _ in 0..rounds {
            for connection in &mut self.connections {
                connection.write_all(&bytes)?;
            }
            for connection in &mut self.connections {
                read_answer(connection, &mut answer)?;
                check(request, &answer)?;
            }
        }
        Ok(())
    }

    /// Sends one request on the first connection and returns the body of its answer.
    pub(crate) fn body(&mut self, request: &Request) -> Result<Vec<u8>> {
        let connection = self.connections.first_mut().context("no connection")?;
        connection.write_all(&request.bytes())?;
        let mut answer = Vec::new();
        let head = read_answer(connection, &mut answer)?;
        check(request, &answer)?;
        Ok(answer.split_off(head))
    }
}

fn connect(port: u16) -> Result<TcpStream> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let stream = TcpStream::connect(address).with_context(|| format!("connecting to port {port}"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Reads one answer whose length its head tells; returns the length of the head.
fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) -> Result<usize> {
    answer.clear();
    let mut buffer = [0; 4096];
    loop {
        let count = match stream.read(&mut buffer) {
            // A socket with a timeout says so after this process was paused.
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read?,
        };
        if count == 0 {
            bail!("the server has closed the connection");
        }
        answer.extend_from_slice(&buffer[..count]);
        let Some(end) = find(answer, b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.context("an answer without a length")?.trim().parse()?;
        if answer.len() >= end + 4 + length {
            return Ok(end + 4);
        }
    }
}

fn check(request: &Request, answer: &[u8]) -> Result<()> {
    let status = answer.get(9..12).and_then(|status| std::str::from_utf8(status).ok());
    if status != Some(request.status.to_string().as_str()) {
        bail!("{}: {} expected, got {}", request.target(), request.status, String::from_utf8_lossy(answer));
    }
    Ok(())
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}
