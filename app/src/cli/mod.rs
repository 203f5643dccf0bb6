//! The commands of the binary; without one, it serves.

mod check_config;
mod create_admin;
mod database;
mod keys;
mod logging;
mod openapi;
mod output;
mod prompt;
mod serve;
mod users;

use std::future::Future;

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
    /// Make an administrator, who is asked for at the terminal
    CreateAdmin(create_admin::CreateAdmin),
    /// Print every setting in force, secrets masked, or everything that is wrong with them
    CheckConfig(check_config::CheckConfig),
    /// The accounts
    #[command(subcommand)]
    Users(users::UsersCommand),
    /// The keys that sign access tokens
    #[command(subcommand)]
    Keys(keys::KeysCommand),
}

/// Runs the command that the arguments name.
///
/// # Errors
/// Why it could not be done, in words for the terminal.
pub fn run() -> anyhow::Result<()> {
    match Cli::parse().command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(),
        Command::Openapi => openapi::run(),
        Command::CheckConfig(wanted) => check_config::run(&wanted),
        Command::CreateAdmin(wanted) => wait(create_admin::run(wanted)),
        Command::Users(command) => wait(users::run(command)),
        Command::Keys(command) => wait(keys::run(command)),
    }
}

/// Runs a command that waits for the database, on a runtime of its own.
fn wait(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Runtime::new()?.block_on(command)
}
