//! How quickly a server starts, how much memory it takes, how large its program is.

use std::fs;
use std::process::Command;

use anyhow::Result;

use super::client::Client;
use super::endpoints::Endpoint;
use super::report::{Report, Table, median, rounded};
use super::servers::Server;
use crate::{process, project};

/// How often a server is started to be timed.
const STARTS: usize = 9;

/// Requests to each endpoint before the memory is looked at again, and over how many connections.
const LOAD: usize = 6_400;
const CONNECTIONS: usize = 64;

const MIB: f64 = 1024.0 * 1024.0;

pub(crate) fn run(report: &mut Report, endpoints: &[Endpoint]) -> Result<()> {
    report.heading("Footprint");
    let mut table =
        Table::new(["", "start to first 200, ms", "memory at rest, MiB", "after load, MiB", "program, MiB"]);
    let without_database: Vec<&Endpoint> = endpoints.iter().filter(|endpoint| endpoint.database.is_none()).collect();
    let Some(first) = without_database.first() else { return Ok(()) };
    for server in Server::ALL {
        let program = server.bare()?;
        let mut starts = Vec::with_capacity(STARTS);
        for _ in 0..STARTS {
            let running = program.start(&[])?;
            Client::connect(running.port, 1)?.run(&first.request, 1)?;
            starts.push(running.start.elapsed().as_secs_f64() * 1_000.0);
        }
        let running = program.start(&[])?;
        Client::connect(running.port, 1)?.run(&first.request, 1)?;
        let rest = running.memory()?;
        for endpoint in &without_database {
            Client::connect(running.port, CONNECTIONS)?.run(&endpoint.request, LOAD / CONNECTIONS)?;
        }
        let loaded = running.memory()?;
        let size = match server {
            Server::FastApi => "–".to_owned(),
            _ => rounded(stripped(server)? as f64 / MIB),
        };
        let mebibytes = |bytes: u64| rounded(bytes as f64 / MIB);
        table.row([server.name().to_owned(), rounded(median(starts)), mebibytes(rest), mebibytes(loaded), size]);
    }
    report.table(&table);
    report.paragraph(&format!(
        "Starts: the median of {STARTS}. Memory: what is resident after the first answer, and after {LOAD} requests to \
         each endpoint without a database over {CONNECTIONS} connections. Programs: without debug information."
    ));
    Ok(())
}

/// The size of the server's program without debug information.
fn stripped(server: Server) -> Result<u64> {
    let copy = project::scratch("bench")?.join("stripped");
    process::run(Command::new("strip").arg("-o").arg(&copy).arg(server.binary()))?;
    let size = fs::metadata(&copy)?.len();
    fs::remove_file(&copy)?;
    Ok(size)
}
