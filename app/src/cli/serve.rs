//! `backend serve`: settings, database, first administrator, and then requests until it is told to stop.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;

use anyhow::{Context, anyhow};
use fastrail::serve::Address;
use secrecy::ExposeSecret;
use tokio::net::TcpListener;

use super::{logging, signals};
use crate::application::Application;
use crate::config::Settings;
use crate::constants::application::{DOCS_PATH, NAME, VERSION};
use crate::services::bootstrap::{FirstAdmin, MadeUpAdmin};
use crate::services::clock::Clock;

/// Serves until SIGTERM or Ctrl-C.
pub(super) async fn run() -> anyhow::Result<()> {
    let settings = Settings::load()?;
    logging::start(&settings.logging);
    let mut told_to_stop = signals::told_to_stop().context("it cannot catch signals")?;
    // Before the database: a port that is taken must not leave a database with an administrator behind.
    let listener = listen(SocketAddr::new(settings.server.host, settings.server.port)).await?;
    let started = tokio::select! {
        biased;
        started = Application::start(settings, Clock::System) => started,
        // What was half done is in transactions that are gone with the process.
        () = &mut told_to_stop => return Ok(()),
    };
    let (application, first_admin) = started.context("it could not start")?;
    introduce(&first_admin)?;
    let settings = &application.settings;
    let docs_enabled = settings.docs_enabled;
    fastrail::serve(application.http())
        .listener(listener)
        .until(told_to_stop)
        .drain_timeout(settings.server.drain_timeout)
        .on_ready(move |address| announce(&address, docs_enabled))
        .await
        .map_err(|error| anyhow!("it could not serve: {}", error.log_detail().unwrap_or_default()))
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener.with_context(|| format!("it cannot listen on {address} (HOST, PORT)"))
}

/// Shows the made-up administrator on the terminal, once and never in the log.
fn introduce(first_admin: &FirstAdmin) -> anyhow::Result<()> {
    match first_admin {
        FirstAdmin::Exists | FirstAdmin::Made => {}
        FirstAdmin::Missing => {
            tracing::warn!("there is no administrator: set FIRST_ADMIN_EMAIL and FIRST_ADMIN_PASSWORD and start again");
        }
        FirstAdmin::MadeUp(admin) => show(admin)?,
    }
    Ok(())
}

fn show(admin: &MadeUpAdmin) -> anyhow::Result<()> {
    let mut out = std::io::stderr().lock();
    writeln!(out, "\n  The first administrator was made. This is shown once:")?;
    writeln!(out, "    username  {}", admin.username)?;
    writeln!(out, "    password  {}\n", admin.password.expose_secret())?;
    Ok(())
}

fn announce(address: &Address, docs_enabled: bool) {
    tracing::info!(%address, version = VERSION, docs = docs_enabled.then_some(DOCS_PATH), "serving");
    let mut out = std::io::stderr().lock();
    let mut lines = format!("\n  {NAME} {VERSION} is served at {address}\n");
    if docs_enabled {
        lines.push_str(&format!("  Documentation: {address}{DOCS_PATH}\n"));
    }
    lines.push_str(if std::io::stderr().is_terminal() { "  Stop it with Ctrl-C\n\n" } else { "\n" });
    // Nobody can be told that telling failed.
    let _ = out.write_all(lines.as_bytes());
}
