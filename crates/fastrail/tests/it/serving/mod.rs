//! Over a real socket: connections, and how a server stops.

mod limits;
mod protocols;
mod slow;
mod smuggling;
#[cfg(unix)]
mod sockets;

use std::sync::Arc;
use std::time::Duration;

use fastrail::Shutdown;
use fastrail::prelude::*;
use fastrail::serve::Deadlines;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Semaphore, mpsc};

use crate::dependencies::Log;
use crate::support::{Server, receive, send};

/// Lets a test hold an operation
#[derive(Clone)]
struct Gate {
    entered: mpsc::UnboundedSender<()>,
    open: Arc<Semaphore>,
}

#[get("/held")]
async fn held(gate: State<Gate>) -> &'static str {
    gate.entered.send(()).expect("the test listens");
    gate.open.acquire().await.expect("it is never closed").forget();
    "held"
}

#[get("/hello/{name}")]
async fn hello(name: String) -> String {
    name
}

#[post("/echo")]
async fn echo(body: Vec<u32>) -> Vec<u32> {
    body
}

#[get("/stopping")]
async fn stopping(shutdown: Shutdown) -> bool {
    shutdown.has_begun()
}

/// The app, who has entered `/held`, and what opens it
fn app() -> (App, mpsc::UnboundedReceiver<()>, Arc<Semaphore>) {
    let (entered, has_entered) = mpsc::unbounded_channel();
    let open = Arc::new(Semaphore::new(0));
    let gate = Gate { entered, open: open.clone() };
    (App::new("T", "1").include(routes![held, hello, echo, stopping]).state(gate), has_entered, open)
}

#[fastrail::test]
async fn a_connection_is_kept_alive_and_requests_may_be_pipelined() {
    let server = Server::start(app().0).await;
    let mut stream = server.connect().await;
    for name in ["a", "b"] {
        send(&mut stream, &format!("GET /hello/{name} HTTP/1.1")).await;
        assert!(receive(&mut stream).await.ends_with(&format!("\"{name}\"")));
    }
    let both = "GET /hello/c HTTP/1.1\r\nhost: t\r\n\r\nGET /hello/d HTTP/1.1\r\nhost: t\r\n\r\n";
    stream.write_all(both.as_bytes()).await.expect("it reads");
    assert!(receive(&mut stream).await.ends_with("\"c\""));
    assert!(receive(&mut stream).await.ends_with("\"d\""));
    drop(stream);
    server.stop().await;
}

#[fastrail::test]
async fn what_comes_while_an_answer_is_waited_for_is_answered_after_it() {
    let (app, mut has_entered, open) = app();
    let server = Server::start(app).await;
    // Whole, in two pieces, and the second of two that came together.
    for (early, late) in [("", ""), ("GET /hel", ""), ("", "GET /hello/d HTTP/1.1\r\nhost: t\r\n\r\n")] {
        let mut stream = server.connect().await;
        send(&mut stream, "GET /held HTTP/1.1").await;
        has_entered.recv().await.expect("the operation starts");
        let next = "GET /hello/c HTTP/1.1\r\nhost: t\r\n\r\n";
        stream.write_all(if early.is_empty() { next } else { early }.as_bytes()).await.expect("it reads");
        // Another client's request shows that the server has gone on meanwhile.
        assert!(server.ask("GET /hello/other HTTP/1.1").await.ends_with("\"other\""));
        stream.write_all(late.as_bytes()).await.expect("it reads");
        if !early.is_empty() {
            stream.write_all(&next.as_bytes()[early.len()..]).await.expect("it reads");
        }
        open.add_permits(1);
        assert!(receive(&mut stream).await.ends_with("\"held\""));
        assert!(receive(&mut stream).await.ends_with("\"c\""));
        if !late.is_empty() {
            assert!(receive(&mut stream).await.ends_with("\"d\""));
        }
    }
    server.stop().await;
}

#[fastrail::test]
async fn a_request_id_is_kept_however_it_is_sent() {
    let server = Server::start(app().0).await;
    for name in ["x-request-id", "X-Request-ID"] {
        let mut stream = server.connect().await;
        send(&mut stream, "GET /hello/a HTTP/1.1").await;
        assert!(!receive(&mut stream).await.contains("x-request-id: mine"));
        send(&mut stream, &format!("GET /hello/a HTTP/1.1\r\n{name}: mine")).await;
        assert!(receive(&mut stream).await.contains("x-request-id: mine\r\n"), "{name}");
        send(&mut stream, "GET /hello/a HTTP/1.1").await;
        assert!(!receive(&mut stream).await.contains("x-request-id: mine"), "and not for the next one");
    }
    server.stop().await;
}

#[fastrail::test]
async fn head_over_the_wire_has_the_length_and_no_body() {
    let server = Server::start(app().0).await;
    let answer = server.ask("HEAD /hello/abc HTTP/1.1").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("content-length: 5\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    server.stop().await;
}

#[fastrail::test]
async fn a_body_is_asked_for_only_when_it_will_be_read() {
    /// The key of the account
    #[derive(Clone, SecurityScheme)]
    #[security(api_key(header = "x-key"))]
    struct Key(#[allow(dead_code, reason = "only its presence counts")] SecretString);
    #[post("/guarded")]
    async fn guarded(_key: Key, body: Vec<u32>) -> usize {
        body.len()
    }
    let server = Server::start(App::new("T", "1").include(routes![guarded])).await;
    let head = "POST /guarded HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 5\r\ncontent-type: application/json";
    let mut stream = server.connect().await;
    send(&mut stream, head).await;
    assert!(receive(&mut stream).await.starts_with("HTTP/1.1 401 "), "no 100 Continue before the 401");
    let mut stream = server.connect().await;
    send(&mut stream, &format!("{head}\r\nx-key: k")).await;
    assert!(receive(&mut stream).await.starts_with("HTTP/1.1 100 "));
    stream.write_all(b"[1,2]").await.expect("it reads");
    assert!(receive(&mut stream).await.ends_with("\r\n\r\n2"));
    drop(stream);
    server.stop().await;
}

#[fastrail::test]
async fn http_2_is_spoken_with_prior_knowledge() {
    let server = Server::start(app().0).await;
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(server.connect().await))
            .await
            .expect("HTTP/2");
    let connection = tokio::spawn(connection);
    for count in [1, 2] {
        let body = Full::new(::bytes::Bytes::from(format!("[{count}]")));
        let request =
            http::Request::post(format!("http://{}/echo", server.address)).header("content-type", "application/json");
        let answer = sender.send_request(request.body(body).expect("a request")).await.expect("an answer");
        assert_eq!((answer.status(), answer.version()), (StatusCode::OK, http::Version::HTTP_2));
        let body = answer.into_body().collect().await.expect("a body").to_bytes();
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&body).expect("JSON"), json!([count]));
    }
    drop(sender);
    server.stop().await;
    connection.await.expect("no panic").expect("it closes well");
}

#[fastrail::test]
async fn a_stop_answers_running_requests_and_whoever_comes_meanwhile() {
    let (app, mut entered, open) = app();
    let log = Log::default();
    let ended = log.clone();
    let app = app.lifespan(|lifespan: Lifespan| async move {
        lifespan.on_shutdown(async move { ended.note("ended") });
        Ok::<_, fastrail::Error>(())
    });
    let server = Server::start_with(app, patient).await;
    let address = server.address;
    let mut idle = server.connect().await;
    send(&mut idle, "GET /hello/a HTTP/1.1").await;
    receive(&mut idle).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /held HTTP/1.1").await;
    entered.recv().await.expect("it runs");
    assert!(server.ask("GET /stopping HTTP/1.1").await.ends_with("\r\n\r\nfalse"));
    let draining = server.tell_to_stop();
    let mut rest = Vec::new();
    assert_eq!(idle.read_to_end(&mut rest).await.expect("a clean end"), 0);
    for _ in 0..3 {
        assert_told_that_it_stops(address).await;
    }
    assert_eq!(log.take(), Vec::<String>::new(), "nothing ends while a request runs");
    open.add_permits(1);
    assert!(receive(&mut stream).await.ends_with("\"held\""));
    draining.await.expect("no panic").expect("no error");
    let refused = tokio::net::TcpStream::connect(address).await;
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(log.take(), ["ended"]);
}

#[fastrail::test]
async fn an_idle_server_lets_clients_in_for_the_delay() {
    let (over, is_over) = tokio::sync::oneshot::channel::<()>();
    let cut_short = async move { is_over.await.unwrap_or_default() };
    let server = Server::start_with(app().0, |serve| {
        patient(serve).drain_delay(Duration::from_secs(600)).cut_short_by(cut_short)
    })
    .await;
    let address = server.address;
    let mut idle = server.connect().await;
    send(&mut idle, "GET /hello/a HTTP/1.1").await;
    receive(&mut idle).await;
    let draining = server.tell_to_stop();
    let mut rest = Vec::new();
    assert_eq!(idle.read_to_end(&mut rest).await.expect("a clean end"), 0);
    for _ in 0..3 {
        assert_told_that_it_stops(address).await;
    }
    over.send(()).expect("it goes on");
    draining.await.expect("no panic").expect("no error");
}

/// However slow the machine, a connection's request comes in time
fn patient(serve: fastrail::serve::Serve) -> fastrail::serve::Serve {
    serve.deadlines(Deadlines { linger: Duration::from_secs(60), ..Deadlines::default() })
}

/// Whoever comes during the drain gets one answer, which tells that the app stops
async fn assert_told_that_it_stops(address: std::net::SocketAddr) {
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("it listens");
    send(&mut stream, "GET /stopping HTTP/1.1").await;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it answers with text");
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("\r\n\r\ntrue"), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
}

#[fastrail::test]
async fn the_drain_ends_at_its_deadline_and_lifespans_end_all_the_same() {
    let (app, mut entered, _never_opened) = app();
    let log = Log::default();
    let ended = log.clone();
    let app = app.lifespan(|lifespan: Lifespan| async move {
        lifespan.on_shutdown(async move { ended.note("ended") });
        Ok::<_, fastrail::Error>(())
    });
    let server = Server::start_with(app, |serve| serve.drain_timeout(Duration::from_millis(10))).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /held HTTP/1.1").await;
    entered.recv().await.expect("it runs");
    server.stop().await;
    assert_eq!(log.take(), ["ended"]);
}

#[fastrail::test]
async fn a_second_signal_ends_the_drain_at_once() {
    let (app, mut entered, _never_opened) = app();
    let (again, told_again) = tokio::sync::oneshot::channel::<()>();
    let cut_short = async move { told_again.await.unwrap_or_default() };
    let server = Server::start_with(app, |serve| serve.cut_short_by(cut_short)).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /held HTTP/1.1").await;
    entered.recv().await.expect("it runs");
    let draining = server.tell_to_stop();
    again.send(()).expect("it waits");
    draining.await.expect("no panic").expect("no error");
}
