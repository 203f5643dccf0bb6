//! Teardowns that run after the answer: when, in which order, and what they see.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::response::{IntoResponse, Response};
use fastrail::Body;
use fastrail::prelude::*;
use futures_util::stream::unfold;
use http::Method;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc};

use crate::dependencies::Log;
use crate::support::{Server, send};
use crate::teardown::TellsDrop;

/// What the test holds in its hands: the chunks of the answer, the leave to end, and the end itself
#[derive(Clone)]
struct Wiring {
    log: Log,
    chunks: Arc<Mutex<Option<mpsc::UnboundedReceiver<&'static str>>>>,
    started: mpsc::UnboundedSender<()>,
    go_on: Arc<Semaphore>,
    may_end: Arc<Semaphore>,
    ends: mpsc::UnboundedSender<Outcome>,
}

/// The test's ends of a [`Wiring`]
struct Hands {
    wiring: Wiring,
    chunks: mpsc::UnboundedSender<&'static str>,
    started: mpsc::UnboundedReceiver<()>,
    ended: mpsc::UnboundedReceiver<Outcome>,
}

impl Hands {
    fn new() -> Self {
        let (chunks, received) = mpsc::unbounded_channel();
        let (ends, ended) = mpsc::unbounded_channel();
        let (starts, started) = mpsc::unbounded_channel();
        let wiring = Wiring {
            log: Log::default(),
            chunks: Arc::new(Mutex::new(Some(received))),
            started: starts,
            go_on: Arc::new(Semaphore::new(0)),
            may_end: Arc::new(Semaphore::new(1)),
            ends,
        };
        Self { wiring, chunks, started, ended }
    }

    fn app(&self) -> App {
        let routes = routes![streams, plain, waits, breaks_off];
        App::new("T", "1").include(routes).state(self.wiring.clone())
    }

    fn take(&self) -> Vec<String> {
        self.wiring.log.take()
    }
}

/// Held until the answer has left
#[derive(Clone)]
struct Connection(Wiring);

#[dependency(after_response = close)]
async fn connection(wiring: State<Wiring>) -> Connection {
    wiring.log.note("connection");
    Connection(wiring.0)
}

async fn close(connection: Connection, outcome: Outcome) {
    let permit = connection.0.may_end.acquire().await.expect("it is never closed");
    connection.0.log.note(format!("connection: {outcome:?}"));
    drop(permit);
    connection.0.ends.send(outcome).unwrap_or_default();
}

/// Ended before the answer leaves; made of what lives longer
#[derive(Clone)]
struct Session(Wiring);

#[dependency(teardown = commit, after_response = forget)]
async fn session(connection: Connection) -> Session {
    connection.0.log.note("session");
    Session(connection.0)
}

async fn commit(session: Session, outcome: Outcome) {
    session.0.log.note(format!("commit: {outcome:?}"));
}

async fn forget(session: Session, outcome: Outcome) -> Result<(), Error> {
    session.0.log.note(format!("forget: {outcome:?}"));
    Err(Error::internal("this is logged, and changes nothing"))
}

#[get("/streams")]
async fn streams(session: Session) -> Response {
    let chunks = session.0.chunks.lock().expect("the chunks").take().expect("one request a test");
    let stream = unfold(chunks, |mut chunks| async move {
        let chunk = chunks.recv().await?;
        assert_ne!(chunk, "panic", "a body that panics");
        Some((Ok::<_, Infallible>(chunk), chunks))
    });
    Body::from_stream(stream).into_response()
}

#[get("/plain")]
#[head("/plain")]
async fn plain(_session: Session, #[query(default)] how: String) -> Result<String, Error> {
    match how.as_str() {
        "fail" => Err(Error::new(409, "Too late")),
        "panic" => panic!("in the operation"),
        _ => Ok("whole".to_owned()),
    }
}

#[post("/waits")]
async fn waits(_session: Session, wiring: State<Wiring>) {
    wiring.started.send(()).expect("the test listens");
    wiring.go_on.acquire().await.expect("it is never closed").forget();
}

#[get("/breaks-off")]
async fn breaks_off(_session: Session) -> Response {
    Body::from_stream(unfold((), |()| async { Some((Err::<&str, _>("no more"), ())) })).into_response()
}

fn all(outcome: &str) -> Vec<String> {
    ["connection", "session", "commit: ", "forget: ", "connection: "]
        .into_iter()
        .map(|step| if step.ends_with(": ") { format!("{step}{outcome}") } else { step.to_owned() })
        .collect()
}

/// Reads until this text has come
async fn read_until(stream: &mut TcpStream, text: &str) -> String {
    let mut answer = Vec::new();
    while !String::from_utf8_lossy(&answer).contains(text) {
        let mut byte = [0];
        assert_eq!(stream.read(&mut byte).await.expect("it answers"), 1, "{:?}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&byte);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[fastrail::test]
async fn they_wait_for_the_last_byte_of_a_streamed_answer() {
    let mut hands = Hands::new();
    let server = Server::start(hands.app()).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /streams HTTP/1.1\r\nconnection: close").await;
    hands.chunks.send("first").expect("it streams");
    read_until(&mut stream, "first").await;
    assert_eq!(hands.take(), ["connection", "session", "commit: Success(200)"]);
    hands.chunks.send("second").expect("it streams");
    read_until(&mut stream, "second").await;
    assert_eq!(hands.take(), Vec::<String>::new());
    drop(hands.chunks);
    assert_eq!(hands.ended.recv().await, Some(Outcome::Success(StatusCode::OK)));
    assert_eq!(hands.wiring.log.take(), ["forget: Success(200)", "connection: Success(200)"]);
    server.stop().await;
}

#[fastrail::test]
async fn a_client_that_leaves_a_streamed_answer_is_told_to_them() {
    let mut hands = Hands::new();
    let server = Server::start(hands.app()).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /streams HTTP/1.1").await;
    hands.chunks.send("first").expect("it streams");
    read_until(&mut stream, "first").await;
    drop(stream);
    assert_eq!(hands.ended.recv().await, Some(Outcome::Cancelled));
    let log = ["connection", "session", "commit: Success(200)", "forget: Cancelled", "connection: Cancelled"];
    assert_eq!(hands.take(), log);
    server.stop().await;
}

#[fastrail::test]
async fn they_never_hold_the_answer_up_and_the_drain_waits_for_them() {
    let hands = Hands::new();
    let log = hands.wiring.log.clone();
    let held = hands.wiring.may_end.clone().acquire_owned().await.expect("it is never closed");
    let server = Server::start(hands.app()).await;
    let answer = server.ask("GET /plain HTTP/1.1").await;
    assert!(answer.ends_with("\"whole\""), "{answer}");
    let draining = server.tell_to_stop();
    assert!(!log.take().contains(&"connection: Success(200)".to_owned()));
    drop(held);
    draining.await.expect("no panic").expect("no error");
    assert_eq!(log.take().last().map(String::as_str), Some("connection: Success(200)"));
}

#[fastrail::test]
async fn they_see_the_outcome_and_a_test_client_waits_for_them() {
    let hands = Hands::new();
    let client = TestClient::new(hands.app()).await.unchecked();
    client.get("/plain").await.assert_status(200).assert_json("whole");
    assert_eq!(hands.take(), all("Success(200)"));
    client.request(Method::HEAD, "/plain").await.assert_status(200);
    assert_eq!(hands.take(), all("Success(200)"));
    client.get("/plain?how=fail").await.assert_status(409);
    assert_eq!(hands.take(), all("Failure(409)"));
    client.get("/plain?how=panic").await.assert_status(500);
    assert_eq!(hands.take(), all("Panicked"));
}

#[fastrail::test]
async fn a_body_that_breaks_off_or_panics_is_an_outcome_of_its_own() {
    let mut hands = Hands::new();
    let server = Server::start(hands.app()).await;
    server.ask("GET /breaks-off HTTP/1.1").await;
    assert_eq!(hands.ended.recv().await, Some(Outcome::Failure(StatusCode::INTERNAL_SERVER_ERROR)));
    let mut stream = server.connect().await;
    send(&mut stream, "GET /streams HTTP/1.1").await;
    hands.chunks.send("panic").expect("it streams");
    assert_eq!(hands.ended.recv().await, Some(Outcome::Panicked));
    server.stop().await;
}

#[fastrail::test]
async fn an_unsafe_operation_whose_client_left_commits_but_was_not_answered() {
    let mut hands = Hands::new();
    let (dropped, mut was_dropped) = mpsc::unbounded_channel();
    let server = Server::start(hands.app().middleware(TellsDrop(dropped))).await;
    let mut stream = server.connect().await;
    send(&mut stream, "POST /waits HTTP/1.1\r\ncontent-length: 0").await;
    hands.started.recv().await.expect("it starts");
    drop(stream);
    was_dropped.recv().await.expect("the server notices");
    let draining = server.tell_to_stop();
    hands.wiring.go_on.add_permits(1);
    draining.await.expect("no panic").expect("no error");
    assert_eq!(hands.take()[2], "commit: Success(204)");
    assert_eq!(hands.ended.try_recv(), Ok(Outcome::Cancelled), "the drain has waited");
}
