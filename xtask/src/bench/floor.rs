//! The floor: what a request on ours may cost at most, kept in `bench/floor.json`.
//!
//! It is kept as a multiple of what the same request costs on hyper, counted in the same run: another C library or
//! another processor moves both.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};

use super::count::{Counter, Requests};
use super::endpoints::Endpoint;
use super::report::folder;
use super::servers::Server;

/// How far above the floor a cost may be: compilers and memory layouts move it a little.
const SLACK: f64 = 1.03;

/// The floor is kept for as many requests in flight.
const IN_FLIGHT: usize = 64;

/// Counts, and holds the counts against the file, or writes them there.
pub(crate) fn run(endpoints: &[Endpoint], accept: bool) -> Result<()> {
    let path = folder().join("floor.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|_| "{}".to_owned());
    let mut floor: BTreeMap<String, f64> = serde_json::from_str(&text).context("bench/floor.json")?;
    let mut above = Vec::new();
    println!("{:<12}{:>10}{:>10}{:>10}{:>8}", "", "hyper", "Fastrail", "/ hyper", "floor");
    for endpoint in endpoints.iter().filter(|endpoint| endpoint.database.is_none()) {
        let count = |server: Server| {
            Counter::Instructions.per_request(&server.floor(), &endpoint.request, IN_FLIGHT, Requests::MANY)
        };
        let (hyper, ours) = (count(Server::Hyper)?, count(Server::Fastrail)?);
        let ratio = ours / hyper;
        let known = floor.insert(endpoint.name.to_owned(), (ratio * 1_000.0).round() / 1_000.0);
        let shown = known.map_or("none".to_owned(), |known| format!("{known:.3}"));
        println!("{:<12}{hyper:>10.0}{ours:>10.0}{ratio:>10.3}{shown:>8}", endpoint.name);
        match known {
            Some(known) if ratio > known * SLACK => {
                above
                    .push(format!("{} costs {ratio:.3} times what hyper does, {known:.3} is the floor", endpoint.name));
            }
            None => above.push(format!("{} has no floor", endpoint.name)),
            _ => {}
        }
    }
    if accept {
        fs::write(&path, serde_json::to_string_pretty(&floor)? + "\n")?;
        println!("written to {}", path.display());
    } else if !above.is_empty() {
        bail!("{}; `cargo xtask bench --accept` takes the counts over", above.join("; "));
    }
    Ok(())
}
