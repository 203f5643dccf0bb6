//! What is too much: 4xx with a reason, and nothing read beyond it.

use fastrail::Limits;
use fastrail::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::Server;

#[post("/echo-large", max_body_bytes = 4096)]
async fn echo_large(body: Vec<u32>) -> usize {
    body.len()
}

#[post("/echo-small")]
async fn echo_small(body: Vec<u32>) -> usize {
    body.len()
}

fn app() -> App {
    let limits = Limits { max_body_bytes: 64, ..Limits::default() };
    super::app().0.include(routes![echo_large, echo_small]).limits(limits)
}

async fn status(server: &Server, message: &[u8]) -> String {
    let mut stream = server.connect().await;
    let _ = stream.write_all(message).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).chars().skip(9).take(3).collect()
}

#[fastrail::test]
async fn large_heads_and_bodies_are_refused_before_they_are_read() {
    let server = Server::start(app()).await;
    let close = "Host: t\r\nConnection: close\r\n";
    let cases = [
        ("414", format!("GET /{} HTTP/1.1\r\n{close}\r\n", "a".repeat(70_000))),
        ("414", format!("GET /?{} HTTP/1.1\r\n{close}\r\n", "a".repeat(8 * 1024))),
        ("404", format!("GET /?{} HTTP/1.1\r\n{close}\r\n", "a".repeat(8 * 1024 - 2))),
        ("431", format!("GET / HTTP/1.1\r\n{close}{}\r\n", "a: b\r\n".repeat(300))),
        ("431", format!("GET / HTTP/1.1\r\n{close}a: {}\r\n\r\n", "b".repeat(40_000))),
        (
            "413",
            format!(
                "POST /echo-small HTTP/1.1\r\n{close}Content-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n"
            ),
        ),
        ("413", format!("POST /echo-small HTTP/1.1\r\n{close}Content-Length: 65\r\n\r\n{}", "x".repeat(65))),
        ("415", format!("POST /echo-small HTTP/1.1\r\n{close}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx")),
        ("413", format!("POST /echo-large HTTP/1.1\r\n{close}Content-Length: 4097\r\n\r\n{}", "x".repeat(4097))),
    ];
    for (expected, message) in cases {
        let shown = &message[..message.len().min(60)];
        assert_eq!(status(&server, message.as_bytes()).await, expected, "{shown}");
    }
    server.stop().await;
}

#[fastrail::test]
async fn a_route_may_take_more_than_the_app() {
    let client = TestClient::new(app()).await;
    let numbers = vec![1_u32; 1000];
    client.post("/echo-large").json(&numbers).await.assert_json(1000);
    client.post("/echo-small").json(&numbers).await.assert_status(413);
}

#[fastrail::test]
async fn json_ten_thousand_deep_is_refused_typed_and_untyped() {
    #[post("/untyped")]
    async fn untyped(body: BTreeMap<String, serde_json::Value>) -> usize {
        body.len()
    }
    let client = TestClient::new(App::new("T", "1").include(routes![echo_large, untyped])).await;
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    let bodies = [deep("[", "]"), deep("{\"a\":", "}"), format!("{{\"a\":{}}}", deep("[", "]")), "[".repeat(10_000)];
    for body in bodies {
        for path in ["/untyped", "/echo-large"] {
            let status = client.post(path).body("application/json", body.clone()).await.status();
            assert!(status.is_client_error(), "{path} {status}");
        }
    }
}

#[fastrail::test]
async fn a_routers_limits_hold_for_what_has_none_of_its_own() {
    let small = Router::new("/small").max_body_bytes(8).include(routes![echo_large, echo_small]);
    let wide = Router::new("/wide").max_body_bytes(8192).include(routes![echo_small]);
    let router = Router::new("/r").max_body_bytes(1).include(small).include(wide);
    let client = TestClient::new(app().include(router)).await;
    let numbers = vec![1_u32; 1000];
    client.post("/r/small/echo-large").json(&numbers).await.assert_json(1000);
    client.post("/r/small/echo-small").json(vec![1, 1, 1, 1]).await.assert_status(413);
    client.post("/r/small/echo-small").json(vec![1]).await.assert_json(1);
    client.post("/r/wide/echo-small").json(&numbers).await.assert_json(1000);
}
