//! A gigabyte up and down again through a real server: its peak of memory is measured and bounded.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::{process, project};

/// The size of the file
const FILE_BYTES: u64 = 1_000_000_000;

/// What the server may use at its peak, in KiB
const MAX_PEAK_KIB: u64 = 50 * 1024;

const BOUNDARY: &str = "a-boundary-of-the-proof";

/// Uploads and downloads, and prints the figures.
pub(crate) fn run() -> Result<()> {
    let build = ["build", "--quiet", "--package", "fastrail", "--example", "upload_server"];
    process::run(process::cargo().args(build).current_dir(project::root()))?;
    let folder = project::target().join("upload-proof");
    fs::create_dir_all(&folder)?;
    let proof = prove(&folder);
    fs::remove_dir_all(&folder)?;
    proof
}

fn prove(folder: &std::path::Path) -> Result<()> {
    let mut command = std::process::Command::new(project::target().join("debug/examples/upload_server"));
    // The temporary file belongs on a disk; /tmp may be memory.
    let child = command.arg(folder).env("TMPDIR", folder).stderr(Stdio::piped()).spawn()?;
    let mut server = Stopped(child);
    let address = address(&mut server.0)?;
    let start = Instant::now();
    upload(&address)?;
    let (up, after_upload) = (start.elapsed(), peak_kib(server.0.id())?);
    let start = Instant::now();
    download(&address)?;
    let (down, peak) = (start.elapsed(), peak_kib(server.0.id())?);
    println!(
        "{} MB up in {:.1} s (peak {} MiB), down in {:.1} s (peak {} MiB), debug build",
        FILE_BYTES / 1_000_000,
        up.as_secs_f64(),
        after_upload / 1024,
        down.as_secs_f64(),
        peak / 1024
    );
    ensure!(peak < MAX_PEAK_KIB, "the server's peak is {peak} KiB; at most {MAX_PEAK_KIB} are promised");
    let names: Vec<_> = fs::read_dir(folder)?.flatten().map(|entry| entry.file_name()).collect();
    ensure!(names == ["kept"], "only the kept file is left: {names:?}");
    Ok(())
}

/// Ends the server with the proof.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where the server listens, from the line that it writes when it is ready.
fn address(server: &mut Child) -> Result<String> {
    let mut lines = BufReader::new(server.stderr.take().context("no standard error")?).lines();
    let line = lines.next().context("the server ended")??;
    thread::spawn(move || lines.for_each(drop));
    let address = line.split("http://").nth(1).and_then(|rest| rest.split(' ').next());
    address.map(str::to_owned).with_context(|| format!("no address in `{line}`"))
}

fn upload(address: &str) -> Result<()> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"large\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let tail = format!("\r\n--{BOUNDARY}--\r\n");
    let length = head.len() as u64 + FILE_BYTES + tail.len() as u64;
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "POST /upload HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n{head}"
    )?;
    // Bytes in which a boundary could begin anywhere.
    let piece: Vec<u8> = b"\r\n--a-bound".iter().copied().cycle().take(1_000_000).collect();
    for _ in 0..FILE_BYTES / piece.len() as u64 {
        stream.write_all(&piece)?;
    }
    stream.write_all(tail.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    ensure!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(&FILE_BYTES.to_string()), "{answer}");
    Ok(())
}

fn download(address: &str) -> Result<()> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET /download HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut buffer = vec![0; 1_000_000];
    let mut received = 0;
    loop {
        match stream.read(&mut buffer)? {
            0 => break,
            bytes => received += bytes as u64,
        }
    }
    if received < FILE_BYTES {
        bail!("{received} bytes came back");
    }
    Ok(())
}

/// The most memory that a process has had at once.
fn peak_kib(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).context("no peak of memory")?;
    let kib = line.split_ascii_whitespace().nth(1).context("no peak of memory")?;
    Ok(kib.parse()?)
}
