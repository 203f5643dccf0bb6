//! Few file descriptors and many idle sockets: the server lives, and a good client is answered within a second.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::server::{Folder, Server, free_port};
use crate::backend::Binary;

const LIMIT: u32 = 256;
const IDLE: usize = 400;

pub(super) fn run(binary: &Binary) -> Result<()> {
    let folder = Folder::new("descriptors")?;
    let server = Server::start_limited(binary, &folder.0, free_port()?, &[], Some(LIMIT))?;
    for kind in ["silent", "half a head"] {
        let mut idle = Vec::new();
        for _ in 0..IDLE {
            let mut stream = server.connect()?;
            if kind != "silent" {
                // One that was closed for another is what this is about.
                let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: ");
            }
            idle.push(stream);
        }
        let start = Instant::now();
        let (status, _) = server.ask("GET", "/health/ready", "", "")?;
        let waited = start.elapsed();
        let most = server.descriptors()?;
        drop(idle);
        let start = Instant::now();
        let (after, _) = server.ask("GET", "/health/ready", "", "")?;
        println!(
            "   {IDLE} {kind} sockets under ulimit -n {LIMIT}: a good client answered {status} within {:.0} ms at {most} \
             descriptors, and {after} within {:.0} ms once they are gone",
            waited.as_secs_f64() * 1000.0,
            start.elapsed().as_secs_f64() * 1000.0,
        );
        if status != 200 || after != 200 || waited > Duration::from_secs(1) || start.elapsed() > Duration::from_secs(1)
        {
            bail!("the server did not recover within a second");
        }
    }
    Ok(())
}
