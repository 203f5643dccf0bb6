//! Requests whose clients leave at random moments, and then the loss of the database's backend:
//! nothing that was acknowledged is lost, and no transaction stays behind.
//!
//! Quick here; `cargo xtask full` asks for 10,000 requests and 60 s through `TEST_LONG=1`.

use std::collections::HashSet;
use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use app::repositories::{Database, ReadSession, UserRepository};
use app::services::random;
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use serde_json::json;

use super::backend::Backend;
use crate::support::databases::{self, Backend as Databases};
use crate::support::{Cleanup, TestDatabase, database_options, is_long, user_row};

const CLIENTS: usize = 8;
const SETTINGS: &[(&str, &str)] =
    &[("FIRST_ADMIN_EMAIL", "root@example.com"), ("FIRST_ADMIN_PASSWORD", "correct horse battery")];

/// Any number below this one.
fn any(below: u64) -> u64 {
    u64::from_le_bytes(random::bytes::<8>()) % below
}

/// Asks for an item, and leaves when the time is over. Whether the success was seen.
fn make_item(backend: &Backend, token: &str, name: &str, patience: Duration) -> bool {
    let start = Instant::now();
    let body = json!({ "name": name, "price": "1" }).to_string();
    let mut stream = backend.connect();
    let request = format!(
        "POST /api/v1/items HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        backend.address,
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let left = patience.saturating_sub(start.elapsed()).max(Duration::from_micros(1));
    stream.set_read_timeout(Some(left)).unwrap();
    let mut answer = [0; 12];
    match stream.read_exact(&mut answer) {
        Ok(()) => {
            assert_eq!(&answer, b"HTTP/1.1 201", "{name}");
            true
        }
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            // It may have gone already.
            let _ = stream.shutdown(Shutdown::Both);
            false
        }
        Err(error) => panic!("{name}: {error}"),
    }
}

async fn rows(read: &ReadSession, sql: &str) -> Vec<QueryResult> {
    read.query_all_raw(Statement::from_string(read.get_database_backend(), sql)).await.unwrap()
}

/// The names of all items.
async fn items(database: &Database) -> HashSet<String> {
    let rows = rows(&database.read_session(), "SELECT name FROM items").await;
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

/// How many of the application's transactions are open, once those that run have had their time to end.
async fn open_transactions(database: &Database) -> i64 {
    if Databases::current() == Databases::Sqlite {
        return 0;
    }
    let sql = "SELECT count(*) AS open FROM pg_stat_activity WHERE datname = current_database() \
               AND pid <> pg_backend_pid() AND xact_start IS NOT NULL";
    let start = Instant::now();
    loop {
        let open = rows(&database.read_session(), sql).await[0].try_get("", "open").unwrap();
        if open == 0 || start.elapsed() > Duration::from_secs(5) {
            return open;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_cancelled_at_random_moments_lose_nothing_that_was_acknowledged() {
    let requests = if is_long() { 10_000 } else { 200 };
    let folder = tempfile::tempdir().unwrap();
    let _cleanup = Cleanup::of(&folder);
    let backend = Backend::start(folder.path(), SETTINGS);
    let token = backend.login("admin", "correct horse battery").expect(200).text("access_token");

    // How long an answer takes under this load decides when clients leave.
    let start = Instant::now();
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (backend, token) = (&backend, &token);
            scope.spawn(move || {
                for n in 0..5 {
                    assert!(make_item(backend, token, &format!("warm-{client}-{n}"), Duration::from_secs(60)));
                }
            });
        }
    });
    let span = (start.elapsed().as_micros() as u64 * 2 / 5).max(1);

    let (next, acknowledged) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= requests {
                        break;
                    }
                    let name = format!("item-{n}");
                    if make_item(&backend, &token, &name, Duration::from_micros(any(span))) {
                        acknowledged.lock().unwrap().push(name);
                    }
                }
            });
        }
    });
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(!acknowledged.is_empty() && acknowledged.len() < requests);

    let url = match Databases::current() {
        Databases::Sqlite => format!("sqlite:{}", folder.path().join("data/app.db").display()),
        Databases::Postgres => databases::database_url(&folder),
    };
    let database = Database::connect(&database_options(url)).await.unwrap();
    let stale = open_transactions(&database).await;
    assert_eq!(stale, 0);

    // On SQLite the application's process is the database's backend.
    let backend = match Databases::current() {
        Databases::Sqlite => {
            backend.signal("KILL");
            backend.wait();
            Backend::start(folder.path(), SETTINGS)
        }
        Databases::Postgres => {
            let sql = "SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity \
                       WHERE datname = current_database() AND pid <> pg_backend_pid()";
            assert!(!rows(&database.read_session(), sql).await.is_empty());
            backend
        }
    };
    let kept = items(&database).await;
    let lost = acknowledged.iter().filter(|name| !kept.contains(*name)).count();
    println!(
        "{:?}: {requests} requests, {} acknowledged, {} cancelled of which {} were done all the same; \
         stale transactions: {stale}, acknowledged writes lost: {lost}",
        Databases::current(),
        acknowledged.len(),
        requests - acknowledged.len(),
        kept.len() - CLIENTS * 5 - (acknowledged.len() - lost),
    );
    assert_eq!(lost, 0);
    for n in 0..20 {
        assert!(make_item(&backend, &token, &format!("after-{n}"), Duration::from_secs(60)));
    }
    backend.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_writers_that_read_first_never_find_the_database_locked() {
    let time = Duration::from_secs(if is_long() { 60 } else { 1 });
    let test = TestDatabase::new().await;
    // Two instances, as two processes have them.
    let instances = [test.database.clone(), Database::connect(&test.options).await.unwrap()];
    let start = Instant::now();
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let database = instances[writer % 2].clone();
        writers.spawn(async move {
            let mut written = 0_u64;
            while start.elapsed() < time {
                let session = database.session();
                let users = UserRepository::new(session.clone());
                let name = format!("w{writer}-{written}");
                assert!(users.get_by_login(&name).await.unwrap().is_none());
                users.create(user_row(&name)).await.unwrap();
                session.commit().await.unwrap();
                written += 1;
            }
            written
        });
    }
    let written: u64 = writers.join_all().await.iter().sum();
    assert_eq!(test.count_users().await, written);
    println!(
        "{:?}: 8 writers in {time:?}: {written} transactions that read and then write, none found the database locked",
        Databases::current(),
    );
}
