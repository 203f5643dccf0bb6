//! Messages that another parser may read in another way: one refusal, a closed connection, and nothing after it counts.
//!
//! Each is followed by a request that must never be answered: were it, the message before would have been taken for
//! shorter (or longer) than its author's victim takes it.

use std::time::Duration;

use fastrail::prelude::*;
use fastrail::serve::Deadlines;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::Server;

/// What must never be answered
const SMUGGLED: &str = "GET /hello/smuggled HTTP/1.1\r\nHost: t\r\n\r\n";

/// Lines after a sound request line and `Host`; a body of five bytes follows
const FIELDS: &[&str] = &[
    "Content-Length: 5\r\nContent-Length: 5",
    "Content-Length: 5\r\nContent-Length: 6",
    "Content-Length: 5\r\ncontent-length: 0",
    "Content-Length: 5, 5",
    "Content-Length: 5,6",
    "Content-Length: +5",
    "Content-Length: -5",
    "Content-Length: 0x5",
    "Content-Length: 5.0",
    "Content-Length: 5e0",
    "Content-Length: 5 5",
    "Content-Length: \"5\"",
    "Content-Length: five",
    "Content-Length:",
    "Content-Length:  ",
    "Content-Length: ٥",
    "Content-Length: 18446744073709551621",
    "Content-Length: 99999999999999999999999999",
    "Content-Length : 5",
    "Content-Length\t: 5",
    " Content-Length: 5",
    "\tContent-Length: 5",
    "Content-Length: 5\r\n folded",
    "Content-Length:\r\n 5",
    "Content-Length\r\n: 5",
    "Content-Length",
    "Content-Length: 5\0",
    "Content-Length: \u{b}5",
    "Content-Length: 5\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: 5",
    "Content-Length: 5\r\nTransfer-Encoding: identity",
    "Content-Length: 5\r\nTransfer-Encoding: x",
    "Content-Length: 5\r\nTransfer-Encoding:",
    "Content-Length: 0\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: identity",
    "Transfer-Encoding: gzip",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: chunked, gzip",
    "Transfer-Encoding: chunked, chunked",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: identity, chunked",
    "Transfer-Encoding: ,chunked",
    "Transfer-Encoding: chunked,",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunkedx",
    "Transfer-Encoding: chunked;q=1",
    "Transfer-Encoding: \"chunked\"",
    "Transfer-Encoding: chu nked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\ntransfer-encoding: x",
    "Transfer-Encoding:",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding\t: chunked",
    " Transfer-Encoding: chunked",
    "Transfer-Encoding:\r\n chunked",
    "Transfer-Encoding: chunked\r\n folded",
    "Transfer-Encoding: \u{b}chunked",
    "Transfer-Encoding: chunked\0",
    "Transfer-Encoding: \u{7f}chunked",
    "Transfer-Encoding\r\n: chunked",
    "Host: t",
    "Host: other",
    "host: t",
    "A: b\r\n c",
    "A: b\r\n\tc",
    "A b",
    "A",
    ": b",
    " : b",
    "A : b",
    "A\t: b",
    "A\0: b",
    "A: b\0",
    "A: \u{1}",
    "A: \u{7f}",
    "A(: b",
    "A,B: c",
    "A/B: c",
    "\u{e4}: b",
    "A: b\n",
    "A: b\nContent-Length: 5",
    "A: b\rContent-Length: 5",
    "A: b\r\r\nContent-Length: 5",
];

/// Request lines before a sound `Host`
const REQUEST_LINES: &[&str] = &[
    "GET / HTTP/1.1 ",
    "GET  / HTTP/1.1",
    "GET /  HTTP/1.1",
    "GET\t/ HTTP/1.1",
    "GET /\tHTTP/1.1",
    " GET / HTTP/1.1",
    "GET / http/1.1",
    "GET / HTTP/1.2",
    "GET / HTTP/2.0",
    "GET / HTTP/0.9",
    "GET / HTTP/11",
    "GET / HTTP/1.1.1",
    "GET / HTTP/1,1",
    "GET / HTPP/1.1",
    "GET /",
    "GET / ",
    "GET",
    "GET HTTP/1.1",
    " / HTTP/1.1",
    "GET /a b HTTP/1.1",
    "GET /a#b HTTP/1.1",
    "GET /\u{e4} HTTP/1.1",
    "GET /\u{1} HTTP/1.1",
    "GET /\0 HTTP/1.1",
    "GET /\u{7f} HTTP/1.1",
    "GET hello HTTP/1.1",
    "GET http:///hello HTTP/1.1",
    "GET http://other/hello/x HTTP/1.1",
    "GET http://t:81/hello/x HTTP/1.1",
    "GET http://t@other/hello/x HTTP/1.1",
    "G(T / HTTP/1.1",
    "G\u{e4}T / HTTP/1.1",
    "GET / HTTP/1.1\n",
    "GET / HTTP/1.1\r",
    "\r\n\r\nGET / HTTP/1.1",
    "\nGET / HTTP/1.1",
    "PRI * HTTP/2.0",
];

/// Whole heads
const HEADS: &[&str] = &[
    "GET / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost:\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\0\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : t\r\n\r\n",
    "GET / HTTP/1.1\r\n Host: t\r\n\r\n",
    "GET / HTTP/1.1\r\nX: y\r\n Host: t\r\n\r\n",
    "GET / HTTP/1.1\nHost: t\n\n",
    "GET / HTTP/1.1\r\nHost: t\n\r\n",
    "GET / HTTP/1.1\r\nHost: t\r\n\n",
    "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
    "POST /echo HTTP/1.0\r\nHost: t\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
    "\u{16}\u{3}\u{1}\0\u{a5}\u{1}\r\n\r\n",
];

/// Chunked bodies
const CHUNKS: &[&str] = &[
    "5\nhello\r\n0\r\n\r\n",
    "5 \r\n[1,2]\r\n0\r\n\r\n",
    " 5\r\n[1,2]\r\n0\r\n\r\n",
    "+5\r\n[1,2]\r\n0\r\n\r\n",
    "0x5\r\n[1,2]\r\n0\r\n\r\n",
    "-5\r\n[1,2]\r\n0\r\n\r\n",
    "5\r\n[1,2]0\r\n\r\n",
    "5\r\n[1,2]\n0\r\n\r\n",
    "5\r\n[1,2]x\r\n0\r\n\r\n",
    "4\r\n[1,2]\r\n0\r\n\r\n",
    "5;a\nb\r\n[1,2]\r\n0\r\n\r\n",
    "5;\0\r\n[1,2]\r\n0\r\n\r\n",
    "5\r[1,2]\r\n0\r\n\r\n",
    "\r\n5\r\n[1,2]\r\n0\r\n\r\n",
    "ffffffffffffffff\r\n[1,2]\r\n0\r\n\r\n",
    "100000000000000005\r\n[1,2]\r\n0\r\n\r\n",
    "5\r\n[1,2]\r\n0\r\nA: b\n\r\n",
    "5\r\n[1,2]\r\n0\r\n A: b\r\n\r\n",
    "5\r\n[1,2]\r\n0\r\n: b\r\n\r\n",
    "5\r\n[1,2]\r\n0\r\n\n",
    "5\r\n[1,2]\r\n0\n\n",
    "x\r\n",
];

fn messages() -> Vec<String> {
    let mut messages = Vec::new();
    messages.extend(FIELDS.iter().map(|fields| format!("POST /echo HTTP/1.1\r\nHost: t\r\n{fields}\r\n\r\n[1,2]")));
    messages.extend(REQUEST_LINES.iter().map(|line| format!("{line}\r\nHost: t\r\n\r\n")));
    messages.extend(HEADS.iter().map(|head| (*head).to_owned()));
    let head = "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    messages.extend(CHUNKS.iter().map(|body| format!("{head}{body}")));
    messages.sort_unstable();
    messages.dedup();
    messages
}

/// The statuses of all answers, once the server has closed
async fn answers(server: &Server, message: &[u8]) -> (Vec<u16>, String) {
    let mut stream = server.connect().await;
    // One that is refused early may be closed while it is written.
    let _ = stream.write_all(message).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let text = String::from_utf8_lossy(&answer).into_owned();
    let statuses = text.split("HTTP/1.").skip(1).map(|rest| rest[2..5].parse().expect("a status")).collect();
    (statuses, text)
}

async fn strict() -> Server {
    // A message that is no refusal would leave its connection open: not for long here.
    let deadlines =
        Deadlines { keep_alive: Duration::from_millis(200), head: Duration::from_millis(400), ..Deadlines::default() };
    Server::start_with(super::app().0, |serve| serve.deadlines(deadlines)).await
}

#[fastrail::test]
async fn an_ambiguous_message_has_one_refusal_and_nothing_after_it_is_answered() {
    let server = strict().await;
    let messages = messages();
    assert!(messages.len() >= 150, "{}", messages.len());
    for message in &messages {
        let (statuses, text) = answers(&server, format!("{message}{SMUGGLED}").as_bytes()).await;
        assert_eq!(statuses.len(), 1, "{message:?} has {} answers: {text}", statuses.len());
        assert_eq!(statuses[0] / 100, 4, "{message:?}: {text}");
        assert!(!text.contains("smuggled"), "{message:?}: {text}");
    }
    server.stop().await;
}

#[fastrail::test]
async fn the_same_holds_after_a_good_request_and_byte_by_byte() {
    let server = strict().await;
    let good = "GET /hello/good HTTP/1.1\r\nHost: t\r\n\r\n";
    for message in messages().iter().step_by(7) {
        let (statuses, text) = answers(&server, format!("{good}{message}{SMUGGLED}").as_bytes()).await;
        assert_eq!((statuses[0], statuses.len()), (200, 2), "{message:?}: {text}");
        assert!(statuses[1] / 100 == 4 && !text.contains("smuggled"), "{message:?}: {text}");
        let mut stream = server.connect().await;
        for byte in format!("{message}{SMUGGLED}").as_bytes() {
            if stream.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
        }
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(!String::from_utf8_lossy(&answer).contains("smuggled"), "{message:?}");
    }
    server.stop().await;
}

#[fastrail::test]
async fn what_is_sound_is_answered_to_the_letter() {
    let server = strict().await;
    let sound = [
        ("GET http://t/hello/a HTTP/1.1\r\nHost: T:80\r\n\r\n", "\"a\""),
        ("\r\nGET /hello/a HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "\"a\""),
        ("GET /hello/a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "\"a\""),
        (
            "POST /echo HTTP/1.1\r\nHOST: t\r\nContent-Type: application/json\r\nTransfer-Encoding: Chunked\r\n\r\n\
             3;x=\"y\"\r\n[1,\r\n2\r\n2]\r\n0\r\nX-Sum: 3\r\n\r\n",
            "[1,2]",
        ),
        (
            "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length:5\t\r\n\r\n[1,2]",
            "[1,2]",
        ),
    ];
    for (message, body) in sound {
        let after = "GET /hello/after HTTP/1.1\r\nHost: t\r\n\r\n";
        let (statuses, text) = answers(&server, format!("{message}{after}").as_bytes()).await;
        assert_eq!(statuses, [200, 200], "{message:?}: {text}");
        assert!(
            text.contains(&format!("\r\n\r\n{body}HTTP/1.1")) && text.ends_with("\"after\""),
            "{message:?}: {text}"
        );
    }
    server.stop().await;
}

#[fastrail::test]
async fn a_refusal_has_the_apps_shape_an_id_and_a_reason() {
    let server = Server::start(super::app().0.errors(ProblemDetails::new())).await;
    let (statuses, text) = answers(&server, b"GET / HTTP/1.1\r\nHost: t\r\nHost: t\r\n\r\n").await;
    assert_eq!(statuses, [400]);
    assert!(text.contains("connection: close\r\n") && text.contains("x-request-id: "), "{text}");
    assert!(text.contains("application/problem+json") && text.contains("\"code\":\"host_repeated\""), "{text}");
    server.stop().await;
}
