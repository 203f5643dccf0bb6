//! What runs after an operation, and what it can still change.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use fastrail::prelude::*;
use fastrail::{Body, Limits};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::sync::{Semaphore, mpsc};

use crate::dependencies::Log;
use crate::support::{Server, send};

/// A transaction: what happens to it is noted, and its commit fails when it is told to
#[derive(Clone)]
struct Session {
    name: &'static str,
    log: Log,
    commit_fails: bool,
    ends: Option<mpsc::UnboundedSender<Outcome>>,
}

/// What the sessions of an app are made of
#[derive(Clone)]
struct Database {
    log: Log,
    commit_fails: bool,
    ends: Option<mpsc::UnboundedSender<Outcome>>,
    started: Option<mpsc::UnboundedSender<()>>,
    go_on: Arc<Semaphore>,
}

impl Database {
    fn new(log: &Log) -> Self {
        Self { log: log.clone(), commit_fails: false, ends: None, started: None, go_on: Arc::new(Semaphore::new(0)) }
    }

    fn session(&self, name: &'static str) -> Session {
        self.log.note(format!("{name}: begin"));
        Session { name, log: self.log.clone(), commit_fails: self.commit_fails, ends: self.ends.clone() }
    }
}

#[derive(Debug, ApiError)]
enum DatabaseError {
    /// Somebody else was faster
    #[api_error(status = 409, code = "serialization_failure")]
    Commit,
}

#[dependency(teardown = finish)]
async fn session(database: State<Database>) -> Session {
    database.session("session")
}

/// A session inside the session
#[derive(Clone)]
struct Savepoint(#[allow(dead_code, reason = "kept until the teardown")] Session);

#[dependency(teardown = release)]
async fn savepoint(_outer: Session, database: State<Database>) -> Savepoint {
    Savepoint(database.session("savepoint"))
}

async fn finish(session: Session, outcome: Outcome) -> Result<(), DatabaseError> {
    session.log.note(format!("{}: {outcome:?}", session.name));
    if let Some(ends) = &session.ends {
        ends.send(outcome).expect("the test listens");
    }
    if outcome.is_success() && session.commit_fails { Err(DatabaseError::Commit) } else { Ok(()) }
}

async fn release(savepoint: Savepoint, outcome: Outcome) -> Result<(), DatabaseError> {
    finish(Session { commit_fails: false, ends: None, ..savepoint.0 }, outcome).await
}

#[post("/work", status = 201)]
async fn work(
    _savepoint: Savepoint,
    _session: Session,
    #[query(default = "work")] how: String,
) -> Result<String, fastrail::Error> {
    match how.as_str() {
        "fail" => Err(fastrail::Error::new(404, "no such thing")),
        "panic" => panic!("secret: the password is hunter2"),
        _ => Ok("worked".to_owned()),
    }
}

/// A panic outside of async code
#[post("/work-blocking")]
fn work_blocking(_session: Session) -> String {
    panic!("blocking and {}", "formatted")
}

fn app(database: &Database) -> App {
    App::new("T", "1").include(routes![work, work_blocking, waits, waits_read]).state(database.clone())
}

#[fastrail::test]
async fn teardowns_see_the_outcome_and_run_last_made_first() {
    let log = Log::default();
    let client = TestClient::new(app(&Database::new(&log))).await;
    client.post("/work").await.assert_status(201).assert_json("worked");
    let all = |outcome: &str| {
        vec![
            "session: begin".to_owned(),
            "savepoint: begin".to_owned(),
            format!("savepoint: {outcome}"),
            format!("session: {outcome}"),
        ]
    };
    assert_eq!(log.take(), all("Success(201)"));
    client.post("/work?how=fail").await.assert_status(404);
    assert_eq!(log.take(), all("Failure(404)"));
    client.post("/work?how=panic").await.assert_status(500);
    assert_eq!(log.take(), all("Panicked"));
    client.post("/work-blocking").await.assert_status(500);
    assert_eq!(log.take(), ["session: begin", "session: Panicked"]);
}

#[fastrail::test]
async fn a_dependency_that_fails_rolls_back_what_was_made_before_it() {
    #[derive(Clone)]
    struct Refuses;
    #[dependency]
    async fn refuses(_session: Session) -> Result<Refuses, DatabaseError> {
        Err(DatabaseError::Commit)
    }
    #[post("/refused")]
    async fn refused(_session: Session, _refuses: Refuses) {}
    let log = Log::default();
    let client = TestClient::new(App::new("T", "1").include(routes![refused]).state(Database::new(&log))).await;
    client.post("/refused").await.assert_status(409);
    assert_eq!(log.take(), ["session: begin", "session: Failure(409)"]);
}

#[fastrail::test]
async fn a_commit_that_fails_is_never_a_success_over_http() {
    let log = Log::default();
    let database = Database { commit_fails: true, ..Database::new(&log) };
    let server = Server::start(app(&database)).await;
    let answer = server.ask("POST /work HTTP/1.1").await;
    assert!(answer.starts_with("HTTP/1.1 409 Conflict\r\n"), "{answer}");
    assert!(answer.ends_with("{\"detail\":\"Somebody else was faster\"}"), "{answer}");
    assert!(!answer.contains("worked"), "{answer}");
    server.stop().await;
    assert_eq!(log.take()[2..], ["savepoint: Success(201)", "session: Success(201)"]);
    let client = TestClient::new(app(&database)).await;
    let outcomes = client.post("/work?how=fail").await;
    outcomes.assert_status(404); // the first failure is the answer
}

#[fastrail::test]
async fn a_teardown_that_fails_or_panics_tells_the_ones_after_it() {
    #[derive(Clone)]
    struct Inner;
    async fn panics(_: Inner, _: Outcome) -> Result<(), DatabaseError> {
        panic!("in a teardown")
    }
    #[dependency(teardown = panics)]
    async fn inner() -> Inner {
        Inner
    }
    #[post("/inner")]
    async fn with_inner(_session: Session, _inner: Inner) {}
    let log = Log::default();
    let client = TestClient::new(App::new("T", "1").include(routes![with_inner]).state(Database::new(&log))).await;
    client.post("/inner").await.assert_status(500);
    assert_eq!(log.take(), ["session: begin", "session: Failure(500)"]);
}

#[fastrail::test]
async fn a_panic_answers_500_with_the_request_id_and_the_server_lives_on() {
    let log = Log::default();
    let server = Server::start(app(&Database::new(&log))).await;
    for _ in 0..3 {
        let answer = server.ask("POST /work?how=panic HTTP/1.1\r\nx-request-id: r-1").await;
        assert!(answer.starts_with("HTTP/1.1 500 Internal Server Error\r\n"), "{answer}");
        assert!(answer.contains("x-request-id: r-1\r\n"), "{answer}");
        assert!(answer.ends_with("{\"detail\":\"Internal Server Error\"}"), "{answer}");
        assert!(!answer.contains("hunter2"), "{answer}");
    }
    let answer = server.ask("POST /work HTTP/1.1").await;
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");
    server.stop().await;
    let client = TestClient::new(app(&Database::new(&log)).errors(ProblemDetails::new())).await;
    let response = client.post("/work?how=panic").header("x-request-id", "r-2").await;
    response.assert_status(500).assert_json(json!({
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Internal Server Error",
        "instance": "/work",
        "code": "internal_error",
        "request_id": "r-2",
    }));
}

/// Says that it has started, and goes on when the test lets it
#[post("/waits")]
async fn waits(session: Session, database: State<Database>) -> String {
    wait(&session, &database).await
}

/// The same for a safe method
#[get("/waits")]
async fn waits_read(session: Session, database: State<Database>) -> String {
    wait(&session, &database).await
}

async fn wait(session: &Session, database: &Database) -> String {
    if let Some(started) = &database.started {
        started.send(()).expect("the test listens");
    }
    let permit = database.go_on.acquire().await.expect("it is never closed");
    permit.forget();
    session.log.note("work");
    "worked".to_owned()
}

/// A layer that tells when the future of a request has been dropped, answered or not
#[derive(Clone)]
pub(crate) struct TellsDrop(pub(crate) mpsc::UnboundedSender<()>);

#[derive(Clone)]
pub(crate) struct TellsDropService<S>(S, mpsc::UnboundedSender<()>);

pub(crate) struct Told<F>(F, mpsc::UnboundedSender<()>);

impl<S> tower::Layer<S> for TellsDrop {
    type Service = TellsDropService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        TellsDropService(inner, self.0.clone())
    }
}

impl<S: tower::Service<http::Request<Body>>> tower::Service<http::Request<Body>> for TellsDropService<S>
where
    S::Future: Unpin,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Told<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Told(self.0.call(request), self.1.clone())
    }
}

impl<F: Future + Unpin> Future for Told<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl<F> Drop for Told<F> {
    fn drop(&mut self) {
        self.1.send(()).unwrap_or_default();
    }
}

/// Asks, leaves as soon as the operation has started, and answers once the server has noticed
async fn leave_in_the_middle(request: &str) -> (Server, Database, Log, mpsc::UnboundedReceiver<Outcome>) {
    let log = Log::default();
    let (started, mut has_started) = mpsc::unbounded_channel();
    let (ends, ended) = mpsc::unbounded_channel();
    let (dropped, mut was_dropped) = mpsc::unbounded_channel();
    let database = Database { started: Some(started), ends: Some(ends), ..Database::new(&log) };
    let app = app(&database).middleware(TellsDrop(dropped)).limits(Limits::default());
    let server = Server::start(app).await;
    let mut stream = server.connect().await;
    send(&mut stream, request).await;
    has_started.recv().await.expect("the operation starts");
    stream.shutdown().await.expect("it is open");
    drop(stream);
    was_dropped.recv().await.expect("the server notices");
    (server, database, log, ended)
}

#[fastrail::test]
async fn an_unsafe_operation_whose_client_leaves_runs_to_its_end_and_commits() {
    let (server, database, log, mut ended) = leave_in_the_middle("POST /waits HTTP/1.1\r\ncontent-length: 0").await;
    assert_eq!(log.take(), ["session: begin"]);
    database.go_on.add_permits(1);
    assert_eq!(ended.recv().await, Some(Outcome::Success(StatusCode::OK)));
    assert_eq!(log.take(), ["work", "session: Success(200)"]);
    server.stop().await;
}

#[fastrail::test]
async fn a_safe_operation_whose_client_leaves_is_cancelled_and_rolled_back() {
    let (server, _database, log, mut ended) = leave_in_the_middle("GET /waits HTTP/1.1").await;
    assert_eq!(ended.recv().await, Some(Outcome::Cancelled));
    assert_eq!(log.take(), ["session: begin", "session: Cancelled"]);
    server.stop().await;
}

#[fastrail::test]
async fn the_drain_waits_for_work_whose_client_has_left() {
    let (server, database, log, mut ended) = leave_in_the_middle("POST /waits HTTP/1.1\r\ncontent-length: 0").await;
    let draining = server.tell_to_stop();
    database.go_on.add_permits(1);
    draining.await.expect("no panic").expect("no error");
    assert_eq!(ended.try_recv(), Ok(Outcome::Success(StatusCode::OK)));
    assert_eq!(log.take().last().map(String::as_str), Some("session: Success(200)"));
}

#[fastrail::test]
async fn a_cancelled_request_runs_every_teardown_although_one_panics() {
    #[derive(Clone)]
    struct Fragile;
    async fn panics(_: Fragile, _: Outcome) -> Result<(), DatabaseError> {
        panic!("in a teardown")
    }
    #[dependency(teardown = panics)]
    async fn fragile() -> Fragile {
        Fragile
    }
    #[get("/fragile")]
    async fn with_fragile(session: Session, _fragile: Fragile, database: State<Database>) -> String {
        wait(&session, &database).await
    }
    let log = Log::default();
    let (started, mut has_started) = mpsc::unbounded_channel();
    let (ends, mut ended) = mpsc::unbounded_channel();
    let database = Database { started: Some(started), ends: Some(ends), ..Database::new(&log) };
    let client = TestClient::new(App::new("T", "1").include(routes![with_fragile]).state(database)).await;
    let request = tokio::spawn(async move { client.get("/fragile").await.status() });
    has_started.recv().await.expect("it starts");
    request.abort();
    assert_eq!(ended.recv().await, Some(Outcome::Cancelled));
}
