//! Beyond plain HTTP/1: upgrades, and HTTP/2 held to the same rules.

use std::convert::Infallible;
use std::time::Duration;

use fastrail::prelude::*;
use fastrail::serve::Deadlines;
use fastrail::{Body, OwnedRequestInfo};
use http_body_util::Empty;
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Server, receive};

/// Answers 101 where it is asked for `echo`, and sends back what comes then; else 200
async fn echo(mut request: http::Request<Body>) -> Result<http::Response<Body>, Infallible> {
    let wanted = request.headers().get("upgrade").is_some_and(|protocol| protocol == "echo");
    let upgrade = request.extensions_mut().remove::<hyper::upgrade::OnUpgrade>();
    let (true, Some(upgrade)) = (wanted, upgrade) else { return Ok(http::Response::new(Body::empty())) };
    tokio::spawn(async move {
        let (mut reader, mut writer) = tokio::io::split(TokioIo::new(upgrade.await.expect("an upgrade")));
        tokio::io::copy(&mut reader, &mut writer).await.expect("it echoes");
    });
    let response = http::Response::builder().status(101).header("connection", "upgrade").header("upgrade", "echo");
    Ok(response.body(Body::empty()).expect("a response"))
}

fn app() -> App {
    super::app().0.mount("/up", tower::service_fn(echo))
}

#[fastrail::test]
async fn after_an_upgrade_bytes_are_neither_read_nor_timed() {
    let deadlines =
        Deadlines { keep_alive: Duration::from_millis(20), head: Duration::from_millis(20), ..Deadlines::default() };
    let server = Server::start_with(app(), |serve| serve.deadlines(deadlines)).await;
    let mut stream = server.connect().await;
    let head = "GET /up HTTP/1.1\r\nHost: t\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
    // Bytes that come before the answer belong to the new protocol as well.
    stream.write_all(format!("{head}\n\n early \0").as_bytes()).await.expect("it reads");
    assert!(receive(&mut stream).await.starts_with("HTTP/1.1 101 "));
    let mut early = [0; 10];
    stream.read_exact(&mut early).await.expect("an echo");
    assert_eq!(&early, b"\n\n early \0");
    // Another connection tells when the deadlines have passed.
    let mut idle = server.connect().await;
    idle.write_all(b"G").await.expect("it reads");
    assert!(receive(&mut idle).await.starts_with("HTTP/1.1 408 "));
    stream.write_all(b"HTTP\n").await.expect("it reads");
    let mut late = [0; 5];
    stream.read_exact(&mut late).await.expect("an echo");
    assert_eq!(&late, b"HTTP\n");
    drop(stream);
    server.stop().await;
}

#[fastrail::test]
async fn an_upgrade_that_is_not_taken_changes_nothing() {
    let server = Server::start(app()).await;
    let mut stream = server.connect().await;
    let head = "GET /up HTTP/1.1\r\nHost: t\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n";
    let next = "GET /hello/next HTTP/1.1\r\nHost: t\r\n\r\nGET / HTTP/1.1\r\n\r\n";
    stream.write_all(format!("{head}{next}").as_bytes()).await.expect("it reads");
    assert!(receive(&mut stream).await.starts_with("HTTP/1.1 200 "));
    assert!(receive(&mut stream).await.ends_with("\"next\""));
    assert!(receive(&mut stream).await.starts_with("HTTP/1.1 400 "), "what follows is still held to the letter");
    server.stop().await;
}

/// Whom the server takes the request for
#[get("/whom")]
async fn whom(request: OwnedRequestInfo) -> String {
    request.host().unwrap_or("nobody").to_owned()
}

async fn http_2(server: &Server) -> SendRequest<Empty<::bytes::Bytes>> {
    let io = TokioIo::new(server.connect().await);
    let (sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.expect("HTTP/2");
    tokio::spawn(connection);
    sender
}

#[fastrail::test]
async fn http_2_has_the_same_limits_and_the_same_host() {
    let server = Server::start(super::app().0.include(routes![whom])).await;
    let mut sender = http_2(&server).await;
    let long = format!("http://shop.example/?{}", "a".repeat(9000));
    let cases = [
        ("http://shop.example/whom", None, 200),
        ("http://shop.example/whom", Some("SHOP.example:80"), 200),
        ("http://shop.example/whom", Some("other.example"), 400),
        (long.as_str(), None, 414),
    ];
    for (target, host, expected) in cases {
        let mut request = http::Request::get(target);
        if let Some(host) = host {
            request = request.header("host", host);
        }
        let answer = sender.send_request(request.body(Empty::new()).expect("a request")).await.expect("an answer");
        assert_eq!(answer.status(), expected, "{host:?}");
    }
    let mut request = http::Request::get("http://shop.example/");
    for _ in 0..101 {
        request = request.header("a", "b");
    }
    let answer = sender.send_request(request.body(Empty::new()).expect("a request")).await.expect("an answer");
    assert_eq!(answer.status(), 431);
    drop(sender);
    server.stop().await;
}

#[fastrail::test]
async fn an_idle_http_2_connection_is_closed() {
    let deadlines =
        Deadlines { keep_alive: Duration::from_millis(50), linger: Duration::from_millis(50), ..Deadlines::default() };
    let server = Server::start_with(super::app().0, |serve| serve.deadlines(deadlines)).await;
    let mut sender = http_2(&server).await;
    let request = || http::Request::get("http://t/hello/a").body(Empty::new()).expect("a request");
    assert_eq!(sender.send_request(request()).await.expect("an answer").status(), 200);
    // The client's own end of the connection notices.
    while sender.ready().await.is_ok() && !sender.is_closed() {
        tokio::task::yield_now().await;
    }
    server.stop().await;
}
