//! The Backend API as it is deployed: its size, start and memory, and what `GET /api/v1/users/me` costs.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::client::Client;
use super::cpu::{self, Rounds};
use super::databases::Databases;
use super::endpoints::Database;
use super::program::{PORT, Program};
use super::report::{Report, Table, Weight, median, rounded};
use super::request::Request;
use super::servers::{Server, python};
use super::tables::Times;
use crate::{process, project};

const MIB: f64 = 1024.0 * 1024.0;

/// How often it is started to be timed.
const STARTS: usize = 9;

const PASSWORD: &str = "a-phrase-for-the-benchmark";

/// What the peers ask for the caller: the login, the user, and the permissions of the user's roles.
const PEERS_TABLES: &str = "
    CREATE TABLE logins (id TEXT PRIMARY KEY, user_id TEXT NOT NULL, expires_at TIMESTAMPTZ NOT NULL);
    CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT NOT NULL, username TEXT NOT NULL, full_name TEXT,
        is_active BOOLEAN NOT NULL, created_at TIMESTAMPTZ NOT NULL, updated_at TIMESTAMPTZ NOT NULL);
    CREATE TABLE user_roles (user_id TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (user_id, role));
    CREATE TABLE role_permissions (role TEXT NOT NULL, permission TEXT NOT NULL, PRIMARY KEY (role, permission));
    INSERT INTO role_permissions VALUES ('admin', 'users:read'), ('admin', 'users:write'), ('admin', 'roles:read'),
        ('admin', 'roles:write'), ('admin', 'items:read'), ('admin', 'items:write');";

pub(crate) fn run(report: &mut Report, databases: &Databases, rounds: Rounds) -> Result<()> {
    process::run(
        process::cargo()
            .args(["build", "--quiet", "--release", "--package", "app", "--bin", "backend", "--locked"])
            .current_dir(project::root()),
    )?;
    report.heading("The Backend API");
    let size = fs::metadata(binary())?.len() as f64 / MIB;
    let mut table = Table::new(["", "first start, ms", "later starts, ms", "memory at rest, MiB", "after load, MiB"]);
    let peers = [Server::Axum, Server::FastApi];
    let mut costs = Table::new([
        "GET /api/v1/users/me, µs",
        "axum",
        "FastAPI",
        "the application",
        "FastAPI / the application",
        "rounds",
    ]);
    for (name, database) in [("SQLite", Database::Sqlite), ("Postgres", Database::Postgres)] {
        if !databases.has(database) {
            continue;
        }
        let folder = Folder::new()?;
        let program = program(&folder, databases, database)?;
        let health = Request::get("/health/ready");
        let first = start(&program, &health)?;
        let mut starts = Vec::with_capacity(STARTS);
        let mut memory = 0.0_f64;
        for _ in 0..STARTS {
            let running = start(&program, &health)?;
            starts.push(running.milliseconds);
            memory = running.memory.max(memory);
        }
        let later = median(starts);
        let running = program.start(&[])?;
        let token = log_in(running.port)?;
        let me = Request::get("/api/v1/users/me").header("authorization", &format!("Bearer {token}"));
        Client::connect(running.port, 64)?.run(&me, 100)?;
        let loaded = running.memory()? as f64 / MIB;
        let key = public_key(running.port)?;
        drop(running);
        databases.execute(database, PEERS_TABLES)?;
        databases.execute(database, &caller(&token)?)?;
        let mut programs = Vec::new();
        for server in peers {
            let mut program = server.with_database(database, databases)?;
            program.variables.push(("APPLICATION_KEY", key.clone()));
            programs.push(program);
        }
        let mut single = program.clone();
        single.variables.push(("WORKERS", "1".to_owned()));
        programs.push(single);
        let measured = cpu::costs(&programs, &me, rounds)?;
        if let [_, fastapi, ours] = measured.as_slice() {
            let figures = measured.iter().map(|cost| rounded(median(cost.microseconds.clone())));
            costs.row([name.to_owned()].into_iter().chain(figures).chain(Times::of(fastapi, ours).shown()));
        }
        table.row([name.to_owned()].into_iter().chain([first.milliseconds, later, memory, loaded].map(rounded)));
        report.at_most(Weight::Must, format!("application on {name}: start to first 200"), later, 100.0, " ms");
        report.at_most(Weight::Must, format!("application on {name}: memory at rest"), memory, 25.0, " MiB");
    }
    report.table(&table);
    report.paragraph(&format!(
        "In production's settings, two workers, the log at `warn`. The first start applies all migrations and makes the \
         administrator, whose password is hashed; the later ones find everything there (the median of {STARTS}). Memory \
         is the most that any of them had once it used no more processor time. The program has {} MiB.",
        rounded(size)
    ));
    report.at_most(Weight::Must, "application: program".into(), size, 30.0, " MiB");
    report.table(&costs);
    report.paragraph(
        "The same endpoint by hand on axum and sqlx, and on FastAPI and SQLAlchemy: each checks the same token (Ed25519) \
         and asks the database for the login, the user and the permissions. The application reads the user once more \
         for its answer, and on Postgres rolls a connection back before it hands it out. One core each, under wrk.",
    );
    Ok(())
}

fn binary() -> PathBuf {
    project::target().join("release/backend")
}

/// The application with a database of its own.
fn program(folder: &Folder, databases: &Databases, database: Database) -> Result<Program> {
    let mut variables = vec![
        ("ENVIRONMENT", "production".to_owned()),
        ("SECRET_KEY", "a secret of the benchmark, of 32 bytes at least".to_owned()),
        ("FIRST_ADMIN_EMAIL", "admin@example.com".to_owned()),
        ("FIRST_ADMIN_PASSWORD", PASSWORD.to_owned()),
        ("HOST", "127.0.0.1".to_owned()),
        ("PORT", PORT.to_owned()),
        ("WORKERS", "2".to_owned()),
        ("LOG_LEVEL", "warn".to_owned()),
        ("RATE_LIMIT__ENABLED", "false".to_owned()),
        ("DATA_DIR", folder.0.display().to_string()),
    ];
    if database == Database::Postgres {
        variables.push(("DATABASE_URL", databases.empty_postgres()?));
    }
    Ok(Program { name: "the application".to_owned(), words: vec![binary().into_os_string()], variables })
}

/// What a start has shown.
struct Start {
    milliseconds: f64,
    memory: f64,
}

/// Starts it, waits for its first 200, and ends it.
fn start(program: &Program, health: &Request) -> Result<Start> {
    let running = program.start(&[])?;
    Client::connect(running.port, 1)?.run(health, 1)?;
    let milliseconds = running.start.elapsed().as_secs_f64() * 1_000.0;
    running.rest()?;
    let memory = running.memory()? as f64 / MIB;
    running.stop()?;
    Ok(Start { milliseconds, memory })
}

/// The administrator's access token.
fn log_in(port: u16) -> Result<String> {
    let form = format!("grant_type=password&username=admin%40example.com&password={PASSWORD}");
    let answer = answer(port, &Request::form("/api/v1/auth/token", form))?;
    Ok(answer["access_token"].as_str().with_context(|| format!("no access token: {answer}"))?.to_owned())
}

/// The `x` of the key that the application signs with (RFC 8037 §2).
fn public_key(port: u16) -> Result<String> {
    let answer = answer(port, &Request::get("/.well-known/jwks.json"))?;
    Ok(answer["keys"][0]["x"].as_str().with_context(|| format!("no key: {answer}"))?.to_owned())
}

fn answer(port: u16, request: &Request) -> Result<Value> {
    serde_json::from_slice(&Client::connect(port, 1)?.body(request)?).context("an answer in JSON")
}

/// The token's login and user, as rows of the peers' tables.
fn caller(token: &str) -> Result<String> {
    let script = "import base64, json, sys; part = sys.argv[1].split('.')[1]; \
                  claims = json.loads(base64.urlsafe_b64decode(part + '==')); print(claims['sub'], claims['sid'])";
    let output = process::output(Command::new(python()?).args(["-c", script, token]))?;
    let (user, login) = output.trim().split_once(' ').context("a token without `sub` and `sid`")?;
    Ok(format!(
        "INSERT INTO users VALUES ('{user}', 'admin@example.com', 'admin', NULL, TRUE, '2026-01-01 00:00:00.000000', \
         '2026-01-01 00:00:00.000000'); \
         INSERT INTO logins VALUES ('{login}', '{user}', '2100-01-01 00:00:00.000000'); \
         INSERT INTO user_roles VALUES ('{user}', 'admin');"
    ))
}

/// A folder for its data, removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let folder = project::scratch("bench")?.join(format!("application-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // One that cannot be removed lies below the build folder, and does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}
