//! `cargo xtask full`: the proofs that take too long for the fast gate, one after the other.
//!
//! A proof is a line in [`PROOFS`]. All of them run; the end tells which failed.

use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;

use crate::{
    access, audit, backend, bench, browser, clients, conformance, contract, instructions, schemathesis, serving, test,
    traffic, uploads,
};

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    backend: backend::Binary,
    /// Run only the proofs whose name contains this
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
}

/// A long proof: its name, and how it is run.
struct Proof {
    name: &'static str,
    run: fn(&Options) -> Result<()>,
}

const PROOFS: [Proof; 15] = [
    Proof { name: "contract", run: contract },
    Proof { name: "schemathesis", run: schemathesis },
    Proof { name: "clients", run: clients },
    Proof { name: "browser", run: browser },
    Proof { name: "access", run: access },
    Proof { name: "times of logins, and a long export", run: login_times },
    Proof { name: "conformance", run: conformance },
    Proof { name: "cancelled requests and parallel writers", run: cancellations },
    Proof { name: "instructions of dependencies", run: instructions },
    Proof { name: "what requests cost, beside hyper, axum and FastAPI", run: bench },
    Proof { name: "a large upload and download", run: uploads },
    Proof { name: "a broadcast to 1,000 WebSockets", run: broadcast },
    Proof { name: "hostile networks and input", run: serving },
    Proof { name: "limits under traffic", run: traffic },
    Proof { name: "licences and sources", run: licences },
];

pub(crate) fn run(options: &Options) -> Result<()> {
    let mut failed = Vec::new();
    let chosen = |proof: &&Proof| options.only.as_ref().is_none_or(|only| proof.name.contains(only));
    let proofs: Vec<&Proof> = PROOFS.iter().filter(chosen).collect();
    if proofs.is_empty() {
        bail!("no proof has such a name; there are {}", PROOFS.map(|proof| proof.name).join(", "));
    }
    for proof in &proofs {
        println!("== {}", proof.name);
        let start = Instant::now();
        let outcome = (proof.run)(options);
        let seconds = start.elapsed().as_secs();
        match outcome {
            Ok(()) => println!("== {}: passed in {seconds} s", proof.name),
            Err(error) => {
                println!("== {}: failed after {seconds} s: {error:#}", proof.name);
                failed.push(proof.name);
            }
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    println!("{} of {} long proofs passed", proofs.len(), PROOFS.len());
    Ok(())
}

fn contract(options: &Options) -> Result<()> {
    contract::run(&contract::Options { backend: options.backend.clone(), document: None })
}

fn schemathesis(options: &Options) -> Result<()> {
    // Other cases than the fast gate's: more of them, from another seed.
    schemathesis::run(&schemathesis::Options { cases: 10_000, seed: 7, backend: options.backend.clone() })
}

fn clients(options: &Options) -> Result<()> {
    clients::run(&clients::Options { backend: options.backend.clone() })
}

fn browser(options: &Options) -> Result<()> {
    browser::run(&browser::Options { keep_picture: false, address: None, backend: options.backend.clone() })
}

fn access(options: &Options) -> Result<()> {
    access::run(&access::Options { backend: options.backend.clone() })
}

fn login_times(_: &Options) -> Result<()> {
    test::login_times()
}

fn conformance(_: &Options) -> Result<()> {
    conformance::run(&conformance::Options { chapter: None, quick: false, verbose: false })
}

fn cancellations(_: &Options) -> Result<()> {
    test::cancellations()
}

fn instructions(_: &Options) -> Result<()> {
    instructions::run(&instructions::Options {})
}

fn bench(_: &Options) -> Result<()> {
    bench::prove()
}

fn uploads(_: &Options) -> Result<()> {
    uploads::run()
}

fn broadcast(_: &Options) -> Result<()> {
    test::broadcast()
}

fn serving(options: &Options) -> Result<()> {
    serving::run(&serving::Options { backend: options.backend.clone(), only: None })
}

fn traffic(_: &Options) -> Result<()> {
    traffic::run(&traffic::Options { only: None })
}

fn licences(_: &Options) -> Result<()> {
    audit::licences()
}
