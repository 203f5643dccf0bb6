//! A client that keeps a fixed number of requests in flight, one on each connection.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::endpoints::Endpoint;

/// How long one answer may take; under an instrumented server that is long.
const PATIENCE: Duration = Duration::from_secs(60);

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
    pub(crate) fn run(&mut self, endpoint: &Endpoint, rounds: usize) -> Result<()> {
        let request = endpoint.bytes();
        let mut answer = Vec::with_capacity(4096);
        for _ in 0..rounds {
            for connection in &mut self.connections {
                connection.write_all(&request)?;
            }
            for connection in &mut self.connections {
                read_answer(connection, &mut answer)?;
                check(endpoint, &answer)?;
            }
        }
        Ok(())
    }
}

fn connect(port: u16) -> Result<TcpStream> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let stream = TcpStream::connect(address).with_context(|| format!("connecting to port {port}"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Reads one answer whose length its head tells.
fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) -> Result<()> {
    answer.clear();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            bail!("the server has closed the connection");
        }
        answer.extend_from_slice(&buffer[..count]);
        let Some(end) = find(answer, b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.context("an answer without a length")?.trim().parse()?;
        if answer.len() >= end + 4 + length {
            return Ok(());
        }
    }
}

fn check(endpoint: &Endpoint, answer: &[u8]) -> Result<()> {
    let status = answer.get(9..12).and_then(|status| std::str::from_utf8(status).ok());
    if status != Some(endpoint.status.to_string().as_str()) {
        bail!("{}: {} expected, got {}", endpoint.name, endpoint.status, String::from_utf8_lossy(answer));
    }
    Ok(())
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}
