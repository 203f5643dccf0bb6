//! `cargo xtask bench`: what a request costs, beside hyper, axum and FastAPI.
//!
//! Instructions are the measure that a busy machine does not change; `floor.json` keeps ours from growing unseen.

mod client;
mod endpoints;
mod floor;
mod instructions;
mod servers;

use anyhow::Result;
use clap::Args;

use endpoints::{ENDPOINTS, Endpoint};
use servers::Server;

#[derive(Args)]
pub(crate) struct Options {
    /// Count ours only, and fail when a request costs 3 % more than `bench/servers/floor.json` says
    #[arg(long, conflicts_with = "accept")]
    floor: bool,
    /// Count ours only, and write the counts to `bench/servers/floor.json`
    #[arg(long)]
    accept: bool,
    /// Only the endpoints of these letters, such as `ab`
    #[arg(long, default_value = "abcdeg")]
    endpoints: String,
}

impl Options {
    fn endpoints(&self) -> impl Iterator<Item = &'static Endpoint> {
        ENDPOINTS.iter().filter(|endpoint| self.endpoints.contains(endpoint.letter))
    }
}

pub(crate) fn run(options: &Options) -> Result<()> {
    instructions::available()?;
    if options.floor || options.accept {
        Server::Fastrail.prepare()?;
        return floor::run(options.endpoints(), options.accept);
    }
    for server in Server::ALL {
        server.prepare()?;
    }
    for in_flight in [64, 1] {
        println!("instructions per request, {in_flight} in flight");
        println!("{:<16}{:>10}{:>10}{:>10}{:>8}{:>8}", "", "hyper", "axum", "Fastrail", "/ hyper", "/ axum");
        for endpoint in options.endpoints() {
            let mut counts = [0; 3];
            for (count, server) in counts.iter_mut().zip(Server::RUST) {
                *count = instructions::per_request(server, &[], endpoint, in_flight)?;
            }
            let [hyper, axum, ours] = counts;
            let ratio = |peer: u64| ours as f64 / peer as f64;
            println!(
                "{} {:<14}{hyper:>10}{axum:>10}{ours:>10}{:>8.2}{:>8.2}",
                endpoint.letter,
                endpoint.name,
                ratio(hyper),
                ratio(axum)
            );
        }
    }
    Ok(())
}
