//! `cargo xtask instructions`: what a request costs, in instructions of the processor.
//!
//! Seconds vary with the machine and its load; instructions hardly do. `bench` is built as it would be shipped and runs
//! under valgrind's callgrind, asked over one connection of the loopback, once [`FEW`] and once [`MANY`] times: the
//! difference is the requests alone, without start and stop. A socket is asked, and no fn of the framework, because
//! the whole way of a request is what a user pays; the kernel's own instructions are not counted.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::{process, project};

const FEW: u64 = 100;
const MANY: u64 = 2_100;

/// The most instructions that a level of a chain of dependencies may cost
const LEVEL_LIMIT: f64 = 250.0;

/// What is measured, by the names of `bench/src/dependencies.rs`, and the levels among which [`LEVEL_LIMIT`] is shared;
/// none where the case is about something else
const CASES: [(&str, u32); 9] = [
    ("none", 0),
    ("one", 1),
    ("ten in a chain", 10),
    ("one, another overridden", 1),
    ("ten in a chain, another overridden", 10),
    ("the last of ten overridden", 0),
    ("one, used twice", 0),
    ("one state", 0),
    ("one with a teardown", 0),
];

#[derive(Args)]
pub(crate) struct Options {}

/// Prints the table, and fails when a level costs more than it may.
pub(crate) fn run(_: &Options) -> Result<()> {
    ensure!(process::works("valgrind", "--version"), "valgrind is missing: install Debian's package `valgrind`");
    process::run(
        process::cargo()
            .args(["build", "--quiet", "--release", "--package", "bench", "--locked"])
            .current_dir(project::root()),
    )?;
    println!("{:<36} {:>14} {:>12} {:>10}", "dependencies", "instructions", "over none", "a level");
    let mut none = None;
    let mut dear = Vec::new();
    for (case, levels) in CASES {
        let cost = cost(case)?;
        let over = cost - *none.get_or_insert(cost);
        if levels == 0 {
            println!("{case:<36} {cost:>14.0} {over:>12.0}");
            continue;
        }
        let level = over / f64::from(levels);
        println!("{case:<36} {cost:>14.0} {over:>12.0} {level:>10.0}");
        if level > LEVEL_LIMIT {
            dear.push(case);
        }
    }
    if !dear.is_empty() {
        bail!("more than {LEVEL_LIMIT} instructions a level: {}", dear.join("; "));
    }
    println!("a level of dependencies costs at most {LEVEL_LIMIT} instructions");
    Ok(())
}

/// The instructions of one request
fn cost(case: &str) -> Result<f64> {
    let (few, many) = (instructions(case, FEW)?, instructions(case, MANY)?);
    let difference = many.checked_sub(few).context("more requests cost less: callgrind counted something else")?;
    Ok(difference as f64 / (MANY - FEW) as f64)
}

/// The instructions of a process that answers this many requests
fn instructions(case: &str, requests: u64) -> Result<u64> {
    let mut server = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(project::target().join("release/bench"))
        .arg(case)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("starting valgrind")?;
    let asked = ask(&mut server, requests);
    drop(server.stdin.take()); // which stops it
    let output = server.wait_with_output()?;
    asked.with_context(|| format!("asking the case `{case}`"))?;
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    let counted = log.lines().find_map(|line| line.split_once("Collected : ")).context("callgrind printed no sum")?;
    counted.1.trim().parse().with_context(|| format!("no number: {}", counted.1))
}

fn ask(server: &mut Child, requests: u64) -> Result<()> {
    let mut line = String::new();
    let output = server.stdout.as_mut().context("its output is piped")?;
    BufReader::new(output).read_line(&mut line)?;
    let port: u16 = line.trim().parse().with_context(|| format!("no port: {line:?}"))?;
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    let mut answer = [0; 4096];
    for _ in 0..requests {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n")?;
        let read = stream.read(&mut answer)?; // an answer leaves in one write
        ensure!(answer[..read].starts_with(b"HTTP/1.1 200 OK\r\n"), "{}", String::from_utf8_lossy(&answer[..read]));
    }
    Ok(())
}
