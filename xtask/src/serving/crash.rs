//! `kill -9` under write load: every write that was acknowledged is there afterwards.
//!
//! The ledger is this process's: a name goes in when its 201 has been read.

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::pause;
use super::server::{Folder, Server, ask, free_port};
use crate::backend::Binary;
use crate::process;
use crate::services::Postgres;

const KILLS: usize = 50;
const CLIENTS: usize = 4;

pub(super) fn run(binary: &Binary) -> Result<()> {
    let folder = Folder::new("crash-sqlite")?;
    kill_again_and_again(binary, &folder.0, &[], "SQLite")?;
    println!("   SQLite: integrity_check says {}", integrity(&folder.0.join("data/app.db"))?);
    match Postgres::start()? {
        None => println!("   Postgres is not installed: not shown on it (cargo xtask test --install-services)"),
        Some(server) => {
            let folder = Folder::new("crash-postgres")?;
            let name = format!("Postgres {}", server.version);
            kill_again_and_again(binary, &folder.0, &[("DATABASE_URL", &server.url())], &name)?;
        }
    }
    Ok(())
}

fn kill_again_and_again(binary: &Binary, folder: &Path, settings: &[(&str, &str)], name: &str) -> Result<()> {
    let port = free_port()?;
    let ledger = Mutex::new(HashSet::new());
    for round in 0..KILLS {
        let server = Server::start(binary, folder, port, settings)?;
        let token = server.token()?;
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for client in 0..CLIENTS {
                let (over, ledger, token) = (&over, &ledger, &token);
                scope.spawn(move || write(port, token, &format!("{round}-{client}"), over, ledger));
            }
            // A different moment each time, of a write's life and of a checkpoint's.
            pause(Duration::from_millis(60 + (round as u64 * 37) % 200));
            let killed = server.kill();
            over.store(true, Relaxed);
            killed
        })?;
    }
    let acknowledged = ledger.into_inner().map_err(|_| anyhow::anyhow!("a writer panicked"))?;
    let server = Server::start(binary, folder, port, settings)?;
    let kept = names(&server)?;
    let lost = acknowledged.difference(&kept).count();
    println!(
        "   {name}: {KILLS} × kill -9 under {CLIENTS} writers: {} writes acknowledged, {lost} lost; {} were done without an answer",
        acknowledged.len(),
        kept.len() - (acknowledged.len() - lost),
    );
    if lost > 0 || acknowledged.len() < KILLS {
        bail!("{lost} of {} acknowledged writes were lost", acknowledged.len());
    }
    Ok(())
}

fn write(port: u16, token: &str, prefix: &str, over: &AtomicBool, ledger: &Mutex<HashSet<String>>) {
    for n in 0.. {
        if over.load(Relaxed) {
            return;
        }
        let name = format!("item-{prefix}-{n}");
        let body = format!("{{\"name\":\"{name}\",\"price\":\"1\"}}");
        let asked = ask(port, "POST", "/api/v1/items", token, "application/json", body.as_bytes());
        if matches!(asked, Ok((201, ref answer)) if answer.contains(&name))
            && let Ok(mut ledger) = ledger.lock()
        {
            ledger.insert(name);
        }
    }
}

/// The names of all items.
fn names(server: &Server) -> Result<HashSet<String>> {
    let token = server.token()?;
    let mut names = HashSet::new();
    for page in 1.. {
        let (status, body) = server.ask("GET", &format!("/api/v1/items?page={page}&page_size=100"), &token, "")?;
        let list: serde_json::Value = serde_json::from_str(&body).with_context(|| format!("{status}: {body}"))?;
        let items = list["items"].as_array().with_context(|| format!("{status}: {body}"))?;
        if items.is_empty() {
            break;
        }
        names.extend(items.iter().filter_map(|item| item["name"].as_str()).map(str::to_owned));
    }
    Ok(names)
}

/// What SQLite says of a file.
pub(super) fn integrity(file: &Path) -> Result<String> {
    let script =
        "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check').fetchone()[0])";
    let said = process::output(Command::new("python3").args(["-c", script]).arg(file))?;
    if said.trim() != "ok" {
        bail!("integrity_check: {said}");
    }
    Ok(said.trim().to_owned())
}
