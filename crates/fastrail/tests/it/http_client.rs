//! Calls of other servers, over real sockets: what is tried again, what is refused, what an operation answers.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fastrail::http_client::HttpClientError;
use fastrail::observability::Metrics;
use fastrail::prelude::*;
use fastrail::settings::ByteSize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A server on the loopback that answers what it is told to, a connection for each call, and keeps what it was asked
struct Upstream {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

/// At the end of an answer: the connection stays, and nothing comes any more
const SILENCE: char = '\0';

impl Upstream {
    /// On this address, answering by the number of the call and what it says
    async fn at(address: &str, answer: impl Fn(usize, &str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((address, 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it listens"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (all, answer) = (Arc::clone(&asked), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (all, answer) = (Arc::clone(&all), Arc::clone(&answer));
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    while !is_whole(&request) {
                        if stream.read_buf(&mut request).await.unwrap_or_default() == 0 {
                            return;
                        }
                    }
                    let request = String::from_utf8(request).expect("text");
                    let number = {
                        let mut all = all.lock().expect("no panic");
                        all.push(request.clone());
                        all.len()
                    };
                    let answer = answer(number, &request);
                    let said = answer.trim_end_matches(SILENCE);
                    stream.write_all(said.as_bytes()).await.unwrap_or_default();
                    if answer.ends_with(SILENCE) {
                        std::future::pending().await
                    }
                });
            }
        });
        Self { url, asked }
    }

    async fn new(answer: impl Fn(usize, &str) -> String + Send + Sync + 'static) -> Self {
        Self::at("127.0.0.1", answer).await
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

/// Whether head and body are there
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().expect("a length"))
}

fn answer(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
}

fn ok() -> String {
    answer(200, "content-type: application/json\r\n", r#"{"cents": 7}"#)
}

/// A client that may call the loopback's first address
fn client() -> HttpClient {
    HttpClient::new().allow(["127.0.0.1"]).expect("an address")
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Schema)]
struct Rate {
    cents: u64,
}

#[get("/rates/{currency}")]
async fn read_rate(currency: String, url: State<String>, http: HttpClient) -> Result<Rate, HttpClientError> {
    http.get(format!("{}/v1", *url)).query("currency", &currency).bearer(&"canary".into()).json().await
}

async fn shop(url: &str, http: HttpClient) -> TestClient {
    let app = App::new("Shop", "1.0.0").errors(ProblemDetails::new()).metrics(Metrics::new());
    TestClient::new(app.state(url.to_owned()).http_client(http).include(routes![read_rate])).await
}

#[fastrail::test]
async fn an_operation_calls_and_its_ids_go_along() {
    let upstream = Upstream::new(|_, _| ok()).await;
    let client = shop(&upstream.url, client()).await;
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let answer = client.get("/rates/a%26b").header("x-request-id", "the-id").header("traceparent", traceparent).await;
    answer.assert_status(200).assert_json(json!({ "cents": 7 }));
    let asked = upstream.asked().remove(0);
    assert!(asked.starts_with("GET /v1?currency=a%26b HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("x-request-id: the-id\r\n"), "{asked}");
    assert!(asked.contains("traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-"), "{asked}");
    assert!(asked.contains("authorization: Bearer canary\r\n") && asked.contains("user-agent: fastrail/"), "{asked}");
    let responses = client.openapi()["paths"]["/rates/{currency}"]["get"]["responses"].clone();
    for status in ["200", "502", "503", "504"] {
        assert!(responses[status].is_object(), "{status} in {responses}");
    }
}

#[fastrail::test]
async fn failures_are_502_503_and_504_and_tell_nothing() {
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port").local_addr().expect("it listens");
    let failing = Upstream::new(|_, _| answer(500, "", "canary")).await;
    let silent = Upstream::new(|_, _| SILENCE.to_string()).await;
    let garbled = Upstream::new(|_, _| "SSH-2.0-canary\r\n\r\n".to_owned()).await;
    let other = Upstream::new(|_, _| answer(200, "", r#"{"cents": "canary"}"#)).await;
    let http = client().tries(1).timeout(Duration::from_millis(300));
    for (url, status, code) in [
        (format!("http://{free}"), 502, "upstream_failed"),
        (failing.url.clone(), 502, "upstream_failed"),
        (garbled.url.clone(), 502, "upstream_failed"),
        (other.url.clone(), 502, "upstream_failed"),
        (silent.url.clone(), 504, "upstream_timeout"),
        ("http://127.0.0.2:1".to_owned(), 502, "upstream_failed"),
        ("nonsense".to_owned(), 502, "upstream_failed"),
    ] {
        let answer = shop(&url, http.clone()).await.get("/rates/x").await;
        answer.assert_status(status);
        assert_eq!(answer.at("/code"), code, "{url}");
        assert!(!answer.text().contains("127.0.0.") && !answer.text().contains("canary"), "{}", answer.text());
    }
}

#[fastrail::test]
async fn what_may_be_repeated_is_tried_three_times() {
    let upstream =
        Upstream::new(|number, _| if number < 3 { answer(503, "retry-after: 0\r\n", "") } else { ok() }).await;
    let rate: Rate = client().get(&upstream.url).json().await.expect("the third one succeeds");
    assert_eq!((rate, upstream.asked().len()), (Rate { cents: 7 }, 3));

    let upstream = Upstream::new(|_, _| answer(429, "retry-after: 0\r\n", "")).await;
    let response = client().put(&upstream.url).with_json(&json!([1])).send().await.expect("an answer");
    assert_eq!((response.status().as_u16(), upstream.asked().len()), (429, 3));
    assert!(upstream.asked().iter().all(|asked| asked.ends_with("\r\n\r\n[1]")), "{:?}", upstream.asked());

    // A connection that ends without an answer.
    let upstream = Upstream::new(|number, _| if number < 2 { "x".to_owned() } else { ok() }).await;
    assert!(client().get(&upstream.url).text().await.is_ok());
    assert_eq!(upstream.asked().len(), 2);
}

#[fastrail::test]
async fn what_may_not_be_repeated_is_tried_once_unless_it_says_so() {
    let upstream = Upstream::new(|_, _| answer(503, "retry-after: 0\r\n", "")).await;
    let post = || client().post(&upstream.url).header("idempotency-key", "x").with_form([("a", "b c")]);
    assert_eq!(post().send().await.expect("an answer").status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(upstream.asked().len(), 1);
    assert!(upstream.asked()[0].ends_with("\r\n\r\na=b+c"), "{:?}", upstream.asked());
    assert!(post().idempotent(true).send().await.is_ok());
    assert_eq!(upstream.asked().len(), 4);
    // Another answer is one, and is not asked for again.
    let upstream = Upstream::new(|_, _| answer(500, "", "")).await;
    let failed = client().get(&upstream.url).text().await;
    assert!(
        matches!(failed, Err(HttpClientError::Status { status: StatusCode::INTERNAL_SERVER_ERROR, .. })),
        "{failed:?}"
    );
    assert_eq!(upstream.asked().len(), 1);
}

#[fastrail::test]
async fn a_pause_that_is_longer_than_the_call_may_take_is_not_waited_for() {
    for wait in ["3600", "18446744073709551615", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let retry_after = format!("retry-after: {wait}\r\n");
        let upstream = Upstream::new(move |_, _| answer(503, &retry_after, "")).await;
        let start = Instant::now();
        let response = client().timeout(Duration::from_secs(20)).get(&upstream.url).send().await;
        assert_eq!(response.expect("an answer").status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(start.elapsed() < Duration::from_secs(10));
        assert_eq!(upstream.asked().len(), 1);
    }
}

#[fastrail::test]
async fn a_host_that_fails_again_and_again_is_left_alone() {
    let upstream = Upstream::new(|_, _| answer(500, "", "")).await;
    let well = Upstream::new(|_, _| ok()).await;
    let http = client().circuit(3, Duration::from_secs(60));
    let client = shop(&upstream.url, http.clone()).await;
    for _ in 0..3 {
        client.get("/rates/x").await.assert_status(502);
    }
    let answer = client.get("/rates/x").await;
    answer.assert_status(503).assert_header("retry-after", "60");
    assert_eq!(answer.at("/code"), "upstream_unavailable");
    assert_eq!(upstream.asked().len(), 3);
    assert!(http.get(&well.url).text().await.is_ok(), "another host");
}

#[fastrail::test]
async fn a_host_is_called_again_after_the_pause() {
    let upstream = Upstream::new(|number, _| if number < 3 { answer(500, "", "") } else { ok() }).await;
    let http = client().circuit(2, Duration::ZERO);
    for _ in 0..2 {
        assert!(http.get(&upstream.url).text().await.is_err());
    }
    assert!(http.get(&upstream.url).text().await.is_ok());
    assert_eq!(upstream.asked().len(), 3);
}

fn is_refused<T>(answer: &Result<T, HttpClientError>) -> bool {
    matches!(answer, Err(HttpClientError::Refused { .. }))
}

#[fastrail::test]
async fn nothing_but_public_addresses_is_called_unless_it_is_allowed() {
    let upstream = Upstream::new(|_, _| ok()).await;
    let port = upstream.url.rsplit(':').next().expect("a port").to_owned();
    let named = format!("http://localhost:{port}/");
    let public = HttpClient::new();
    for url in [&upstream.url, &named, &format!("http://[::ffff:127.0.0.1]:{port}/"), &format!("http://127.1:{port}/")]
    {
        let answer = public.get(url).send().await;
        assert!(is_refused(&answer), "{url}: {answer:?}");
    }
    assert_eq!(upstream.asked().len(), 0);
    // A name is looked up, and only what may be called of that is.
    assert!(client().get(&named).send().await.is_ok());
    let by_name = HttpClient::new().allow(["localhost"]).expect("a name");
    assert!(by_name.get(&named).send().await.is_ok());
    assert!(is_refused(&by_name.get(&upstream.url).send().await), "the name is allowed, not its address");
    assert_eq!(upstream.asked().len(), 2);
}

#[fastrail::test]
async fn a_redirect_is_followed_as_far_as_a_call_may_go() {
    let inner = Upstream::at("127.0.0.2", |_, _| ok()).await;
    let target = inner.url.clone();
    let outer = Upstream::new(move |_, asked| match asked.split(' ').nth(1).expect("a path") {
        "/moved" => answer(302, "location: /here\r\n", ""),
        "/here" => ok(),
        "/round" => answer(307, "location: /round\r\n", ""),
        "/file" => answer(302, "location: file:///etc/passwd\r\n", ""),
        _ => answer(302, &format!("location: {target}/metadata\r\n"), ""),
    })
    .await;
    let url = |path: &str| format!("{}{path}", outer.url);
    let response = client().get(url("/moved")).header("x-api-key", "canary").send().await.expect("an answer");
    assert_eq!((response.status(), response.url().path()), (StatusCode::OK, "/here"));
    assert!(outer.asked()[1].contains("x-api-key: canary\r\n"));
    assert!(is_refused(&client().get(url("/inner")).send().await));
    assert!(is_refused(&client().get(url("/file")).send().await));
    assert_eq!(inner.asked().len(), 0);
    // Where both may be called, what was meant for one does not reach the other.
    let both = client().allow(["127.0.0.2"]).expect("an address");
    let call =
        both.get(url("/inner")).header("x-api-key", "canary").bearer(&"canary".into()).header("cookie", "canary");
    assert!(call.send().await.is_ok());
    assert!(!inner.asked()[0].contains("canary"), "{:?}", inner.asked());
    let before = outer.asked().len();
    let response = client().get(url("/round")).send().await.expect("an answer");
    assert_eq!((response.status().as_u16(), outer.asked().len() - before), (307, 6));
}

#[fastrail::test]
async fn an_answer_has_an_end() {
    let http = client().max_body(ByteSize::new(1_000));
    let announced = Upstream::new(|_, _| "HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n".to_owned()).await;
    let chunk = format!("{:x}\r\n{}\r\n", 600, "x".repeat(600));
    let endless = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunk}{chunk}");
    let endless = Upstream::new(move |_, _| endless.clone()).await;
    for upstream in [announced, endless] {
        let read = http.get(&upstream.url).text().await;
        assert!(matches!(read, Err(HttpClientError::TooLarge { max_bytes: 1_000, .. })), "{read:?}");
    }
    let whole = Upstream::new(|_, _| answer(200, "", &"x".repeat(1_000))).await;
    let read = http.clone().timeout(Duration::MAX).get(&whole.url).text().await;
    assert_eq!(read.map(|text| text.len()), Ok(1_000));
    // One that begins and never ends is cut off by the time of the call.
    let slow = Upstream::new(|_, _| format!("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nx{SILENCE}")).await;
    let response = http.timeout(Duration::from_millis(300)).get(&slow.url).send().await.expect("a head");
    assert!(matches!(response.text().await, Err(HttpClientError::TimedOut { .. })));
}

#[fastrail::test]
async fn a_call_that_is_wrong_is_told_before_it_is_made() {
    let upstream = Upstream::new(|_, _| ok()).await;
    let wrong = client().get(&upstream.url).header("x y", "canary").send().await.err();
    assert_eq!(wrong, Some(HttpClientError::Invalid("`x y` is no header, or its value is none".to_owned())));
    let wrong = client().get(&upstream.url).bearer(&"a\r\nx: canary".into()).send().await.expect_err("no value");
    assert!(!wrong.to_string().contains("canary"), "{wrong}");
    assert!(is_refused(&client().get("ftp://127.0.0.1/").send().await));
    assert_eq!(upstream.asked().len(), 0);
}

#[fastrail::test]
async fn a_cause_does_not_repeat_what_was_asked() {
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port").local_addr().expect("it listens");
    let call = client().tries(1).get(format!("http://user:canary@{free}/canary?key=canary"));
    let failed = call.send().await.expect_err("nobody listens");
    assert!(matches!(&failed, HttpClientError::Unreachable { .. }), "{failed:?}");
    assert!(!failed.to_string().contains("canary") && failed.to_string().contains(&free.to_string()), "{failed}");
}
