//! `backend serve`: settings, database, first administrator, and then requests until it is told to stop.

use std::io::{IsTerminal, Write};

use anyhow::{Context, anyhow};
use fastrail::serve::{Address, Listening, StopSignals};
use secrecy::ExposeSecret;
use tokio::net::TcpListener;

use super::logging;
use crate::application::{self, Application};
use crate::config::Settings;
use crate::constants::application::{DOCS_PATH, NAME, VERSION};
use crate::services::bootstrap::{FirstAdmin, MadeUpAdmin};
use crate::services::clock::Clock;

/// Serves until SIGTERM or Ctrl-C; a second one ends it without waiting for requests.
pub(super) fn run() -> anyhow::Result<()> {
    let settings = Settings::load()?;
    let _logging =
        logging::start(&settings.logging, &settings.otel).map_err(|error| anyhow!("it cannot log: {error}"))?;
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(settings.server.workers).enable_all().build()?;
    let ended = runtime.block_on(serve(settings));
    // What still runs was given its time: the drain's.
    runtime.shutdown_background();
    ended
}

async fn serve(settings: Settings) -> anyhow::Result<()> {
    let mut signals = StopSignals::catch().context("it cannot catch signals")?;
    // Before the database: a port that is taken must not leave a database with an administrator behind.
    let listening = Listening::open(&application::listen(&settings.server)).await;
    let listening = listening.map_err(|error| anyhow!("it {error} (HOST, PORT, SERVER__SOCKET)"))?;
    let metrics = match settings.metrics.port {
        None => None,
        Some(port) => {
            let listener = TcpListener::bind((settings.metrics.host, port)).await;
            Some(listener.with_context(|| format!("it cannot listen on port {port} (METRICS__HOST, METRICS__PORT)"))?)
        }
    };
    let started = tokio::select! {
        biased;
        started = Application::start(settings, Clock::System) => started,
        // What was half done is in transactions that are gone with the process.
        () = signals.next() => return Ok(()),
    };
    let (application, first_admin) = started.context("it could not start")?;
    introduce(&first_admin)?;
    let server = &application.settings.server;
    let docs_enabled = application.settings.docs_enabled;
    let mut serve = fastrail::serve(application.http());
    if let Some(metrics) = metrics {
        serve = serve.metrics_listener(metrics);
    }
    serve
        .listener(listening)
        .limits(application::connection_limits(server))
        .deadlines(application::deadlines(server))
        .signals(signals)
        .drain_timeout(server.drain_timeout)
        .drain_delay(server.drain_delay)
        .on_ready(move |address| announce(&address, docs_enabled))
        .await
        .map_err(|error| anyhow!("it could not serve: {}", error.log_detail().unwrap_or_default()))
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
