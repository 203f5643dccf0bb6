//! Clients that take their time: each kind is closed at its deadline, and a good one is answered meanwhile.

use std::time::Duration;

use fastrail::Limits;
use fastrail::prelude::*;
use fastrail::serve::{ConnectionLimits, Deadlines};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Logs, Server, receive, send};

const SHORT: Duration = Duration::from_millis(60);

/// What a slow client sends at once, and what it drips then
const PATTERNS: [(&str, &str, &str, &str); 9] = [
    ("nothing", "", "", ""),
    ("one byte", "G", "", " 408 "),
    ("half a request line", "GET /hel", "", " 408 "),
    ("half a header", "GET /hello/a HTTP/1.1\r\nHost: t\r\nX-", "", " 408 "),
    ("headers that drip", "GET /hello/a HTTP/1.1\r\nHost: t\r\nX: ", "x", " 408 "),
    ("a body that drips", POST, "1", " 408 "),
    ("a body that never comes", POST, "", " 408 "),
    ("keep-alive without a second request", "GET /hello/a HTTP/1.1\r\nHost: t\r\n\r\n", "", " 200 "),
    ("half an HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM", "", ""),
];

const POST: &str =
    "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n[1,";

/// Short where the pattern waits, and long elsewhere
fn deadlines() -> Deadlines {
    Deadlines { first_byte: SHORT, head: SHORT, body: SHORT, keep_alive: SHORT, ..Deadlines::default() }
}

/// Sends, drips until the server closes, and answers what came back
async fn suffer(mut stream: TcpStream, start: &str, drip: &str) -> String {
    stream.write_all(start.as_bytes()).await.expect("it reads");
    let (mut reader, mut writer) = stream.split();
    let mut answer = Vec::new();
    let dripping = async {
        let mut interval = tokio::time::interval(Duration::from_millis(5));
        while !drip.is_empty() && writer.write_all(drip.as_bytes()).await.is_ok() {
            interval.tick().await;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        // A client that still drips may be reset after its answer.
        _ = reader.read_to_end(&mut answer) => {}
        () = dripping => {}
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[fastrail::test]
async fn nine_kinds_of_slow_clients_are_closed_and_told_why() {
    let server = Server::start_with(super::app().0, |serve| serve.deadlines(deadlines())).await;
    for (name, start, drip, expected) in PATTERNS {
        let slow = tokio::spawn(suffer(server.connect().await, start, drip));
        assert!(server.ask("GET /hello/good HTTP/1.1").await.ends_with("\"good\""), "while there is {name}");
        let answer = slow.await.expect("no panic");
        assert!(answer.contains(expected) && answer.is_empty() == expected.is_empty(), "{name}: {answer:?}");
    }
    server.stop().await;
}

#[fastrail::test]
async fn a_client_that_does_not_read_its_answer_is_closed() {
    #[get("/large")]
    async fn large() -> PlainText {
        PlainText("x".repeat(64 << 20))
    }
    let deadlines = Deadlines { write: SHORT, ..Deadlines::default() };
    let app = App::new("T", "1").include(routes![large]);
    let server = Server::start_with(app, |serve| serve.deadlines(deadlines)).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /large HTTP/1.1").await;
    // It ends, since a drain that waits for the client would take ten minutes here.
    server.stop().await;
}

#[fastrail::test]
async fn an_operation_has_a_deadline_of_the_app_or_its_own() {
    #[get("/stuck")]
    async fn stuck() {
        std::future::pending().await
    }
    #[get("/stuck-longer", timeout = "100ms")]
    async fn stuck_longer() {
        std::future::pending().await
    }
    #[get("/endless", timeout = "none")]
    async fn endless() -> &'static str {
        tokio::time::sleep(SHORT * 2).await;
        "at last"
    }
    let limits = Limits { request_timeout: Some(SHORT), ..Limits::default() };
    let app = || {
        let patient = Router::new("/patient").timeout(None).include(routes![endless, stuck_longer]);
        let hasty = Router::new("/hasty").timeout(SHORT).include(routes![stuck]);
        App::new("T", "1").include(routes![stuck, stuck_longer, endless]).include(patient).include(hasty).limits(limits)
    };
    let server = Server::start_with(app(), |serve| serve.deadlines(deadlines())).await;
    for path in ["/stuck", "/stuck-longer", "/patient/stuck-longer", "/hasty/stuck"] {
        let answer = server.ask(&format!("GET {path} HTTP/1.1")).await;
        assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("retry-after: 1\r\n"), "{answer}");
    }
    assert!(server.ask("GET /endless HTTP/1.1").await.ends_with("\"at last\""));
    server.stop().await;
    let client = TestClient::new(app().errors(ProblemDetails::new())).await.unchecked();
    let answer = client.get("/stuck").await;
    answer.assert_status(503);
    let problem: serde_json::Value = answer.json();
    assert_eq!((problem["code"].as_str(), problem["instance"].as_str()), (Some("request_timeout"), Some("/stuck")));
}

#[fastrail::test]
async fn a_full_server_makes_room_by_closing_who_has_waited_longest() {
    let limits = ConnectionLimits { max_connections: 3, ..ConnectionLimits::default() };
    let server = Server::start_with(super::app().0, |serve| serve.limits(limits)).await;
    let mut idle = Vec::new();
    for _ in 0..10 {
        idle.push(server.connect().await);
        assert!(server.ask("GET /hello/good HTTP/1.1").await.ends_with("\"good\""));
    }
    let mut byte = [0];
    assert_eq!(idle[0].read(&mut byte).await.expect("a clean end"), 0, "the first one is closed");
    server.stop().await;
}

#[fastrail::test]
async fn connections_that_work_are_never_closed_for_others() {
    let limits = ConnectionLimits { max_connections: 1, ..ConnectionLimits::default() };
    let (app, mut entered, open) = super::app();
    let server = Server::start_with(app, |serve| serve.limits(limits)).await;
    let mut working = server.connect().await;
    send(&mut working, "GET /held HTTP/1.1").await;
    entered.recv().await.expect("it runs");
    let mut next = server.connect().await;
    send(&mut next, "GET /hello/next HTTP/1.1").await;
    open.add_permits(1);
    assert!(receive(&mut working).await.ends_with("\"held\""));
    assert!(receive(&mut next).await.ends_with("\"next\""), "it has waited for its turn");
    drop((working, next));
    server.stop().await;
}

#[test]
fn a_client_that_leaves_has_its_line_in_the_access_log() {
    let logs = Logs::default();
    logs.capture(async {
        let (app, mut entered, _never_opened) = super::app();
        let server = Server::start(app).await;
        let mut stream = server.connect().await;
        send(&mut stream, "GET /held HTTP/1.1\r\nx-request-id: left").await;
        entered.recv().await.expect("it runs");
        drop(stream);
        server.stop().await;
    });
    let lines = logs.lines();
    let access: Vec<&String> = lines.iter().filter(|line| line.contains("fastrail::access")).collect();
    assert_eq!(access.len(), 1, "{lines:?}");
    assert!(access[0].contains("status=499") && access[0].contains("request_id=\"left\""), "{access:?}");
}
