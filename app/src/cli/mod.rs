//! The commands of the binary; without one, it serves.

mod database;
mod keys;
mod logging;
mod openapi;
mod output;
mod serve;
mod signals;

use clap::{Parser, Subcommand};

/// A complete, stateless Backend API
///
/// Settings come from the environment and from `.env` in the working directory; `.env.sample` lists them all.
#[derive(Debug, Parser)]
#[command(name = "backend", version, about, after_help = "Without a command, it serves.")]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

/// What the binary can do
#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API (the default)
    Serve,
    /// Print the OpenAPI document as JSON
    Openapi,
    /// The keys that sign access tokens
    #[command(subcommand)]
    Keys(keys::KeysCommand),
}

/// Runs the command that the arguments name.
///
/// # Errors
/// Why it could not be done, in words for the terminal.
pub async fn run() -> anyhow::Result<()> {
    match Cli::parse().command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run().await,
        Command::Openapi => openapi::run(),
        Command::Keys(command) => keys::run(command).await,
    }
}
