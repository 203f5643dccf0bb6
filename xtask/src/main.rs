//! The project's own commands: `cargo xtask --help` lists them.
//!
//! One file a command; what several share is in `project` (where things are), `process`
//! (running programs) and `tools` (pinned programs from registries, kept under `target/`).
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command's output is its product")]
#![allow(clippy::disallowed_methods, reason = "a build tool reads its own environment")]

mod access;
mod assets;
mod audit;
mod backend;
mod bench;
mod browser;
mod clients;
mod conformance;
mod contract;
mod full;
mod instructions;
mod lint_deploy;
mod openapi;
mod process;
mod project;
mod schemathesis;
mod services;
mod serving;
mod test;
mod tidy;
mod tools;
mod traffic;
mod uploads;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The project's own commands
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the whole suite: the test command of the README
    Test(test::Options),
    /// Check the rules of the house: imports, module docs, operations and their tests
    Tidy(tidy::Options),
    /// Write the application's OpenAPI document to app/openapi.json
    Openapi(openapi::Options),
    /// Look the locked dependencies up in the RustSec database
    Audit(audit::Options),
    /// Check the OpenAPI document with two independent validators
    Contract(contract::Options),
    /// Send generated requests as every role, and hold the answers against the document
    Schemathesis(schemathesis::Options),
    /// Generate a TypeScript and a Python client, type-check them, and use them
    Clients(clients::Options),
    /// Hold logins and tokens against other people's clients and a real identity provider, and measure them
    Access(access::Options),
    /// Replay FastAPI's own tutorial tests against the ports of its apps
    Conformance(conformance::Options),
    /// Use the documentation pages in a real Chromium
    Browser(browser::Options),
    /// Count what a request costs, beside hyper, axum and FastAPI
    Bench(bench::Options),
    /// Count the instructions of a request, and what dependencies add to them
    Instructions(instructions::Options),
    /// Show that the server bears slow clients, hostile input, restarts, crashes and full disks
    Serving(serving::Options),
    /// Show that limits hold across processes, clocks, outages, forged origins and made-up keys
    Traffic(traffic::Options),
    /// Lint the shell scripts and the Dockerfiles
    LintDeploy,
    /// Write the embedded documentation assets anew from their packages
    Assets,
    /// Run the long proofs as well
    Full(full::Options),
}

fn main() -> ExitCode {
    match run(&Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The chain of causes on one line; a stack trace of ours would hide it.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<()> {
    match command {
        Command::Test(options) => test::run(options),
        Command::Tidy(options) => tidy::run(options),
        Command::Openapi(options) => openapi::run(options),
        Command::Audit(options) => audit::run(options),
        Command::Contract(options) => contract::run(options),
        Command::Schemathesis(options) => schemathesis::run(options),
        Command::Clients(options) => clients::run(options),
        Command::Access(options) => access::run(options),
        Command::Conformance(options) => conformance::run(options),
        Command::Browser(options) => browser::run(options),
        Command::Bench(options) => bench::run(options),
        Command::Instructions(options) => instructions::run(options),
        Command::Serving(options) => serving::run(options),
        Command::Traffic(options) => traffic::run(options),
        Command::LintDeploy => lint_deploy::run(),
        Command::Assets => assets::run(),
        Command::Full(options) => full::run(options),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn every_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
