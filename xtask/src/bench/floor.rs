//! The floor: what a request on ours may cost at most, kept in `bench/servers/floor.json`.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};

use super::endpoints::Endpoint;
use super::instructions;
use super::servers::{self, Server};

/// How far above the floor a count may be: compilers and memory layouts move it a little.
const SLACK: f64 = 1.03;

/// The floor is kept for as many requests in flight.
const IN_FLIGHT: usize = 64;

/// Counts, and holds the counts against the file, or writes them there.
pub(crate) fn run(endpoints: impl Iterator<Item = &'static Endpoint>, accept: bool) -> Result<()> {
    let path = servers::folder().join("floor.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|_| "{}".to_owned());
    let mut floor: BTreeMap<String, u64> = serde_json::from_str(&text).context("bench/servers/floor.json")?;
    let mut above = Vec::new();
    for endpoint in endpoints {
        let count = instructions::per_request(Server::Fastrail, &[], endpoint, IN_FLIGHT)?;
        let known = floor.insert(endpoint.name.to_owned(), count);
        println!(
            "{:<14}{count:>8}, floor {}",
            endpoint.name,
            known.map_or("none".to_owned(), |known| known.to_string())
        );
        match known {
            Some(known) if count as f64 > known as f64 * SLACK => {
                above.push(format!("{}: {count} instructions, {known} known", endpoint.name));
            }
            None if !accept => above.push(format!("{} has no floor", endpoint.name)),
            _ => {}
        }
    }
    if accept {
        fs::write(&path, serde_json::to_string_pretty(&floor)? + "\n")?;
        println!("written to {}", path.display());
    } else if !above.is_empty() {
        bail!("above the floor: {}; `cargo xtask bench --accept` takes the counts over", above.join(", "));
    }
    Ok(())
}
