//! What stands around every operation.

use std::io::Read;

use fastrail::Body;
use fastrail::prelude::*;
use http::{Method, Request, Response};
use serde_json::{Value, json};

use crate::dependencies::Log;
use crate::support::{Logs, problems};

#[get("/hello/{name}")]
async fn hello(name: String) -> String {
    name
}

#[get("/long")]
async fn long() -> String {
    "all work and no play ".repeat(200)
}

#[get("/own-headers")]
async fn own_headers() -> ([(http::HeaderName, &'static str); 2], ()) {
    ([(http::header::CACHE_CONTROL, "private, no-cache"), (http::header::X_FRAME_OPTIONS, "SAMEORIGIN")], ())
}

#[get("/panic")]
async fn panics() {
    panic!("oh no");
}

fn app() -> App {
    App::new("T", "1").include(routes![hello, long, own_headers, panics])
}

#[fastrail::test]
async fn a_request_id_is_accepted_when_it_is_harmless_and_else_made() {
    let client = TestClient::new(app()).await;
    let longest = "x".repeat(128);
    for good in ["abc", "a-b_c.1:2", longest.as_str()] {
        client.get("/hello/a").header("x-request-id", good).await.assert_header("x-request-id", good);
    }
    let too_long = "x".repeat(129);
    let mut made = BTreeSet::new();
    for bad in ["", "a b", "ä", too_long.as_str()] {
        let response = client.get("/hello/a").header("x-request-id", bad).await;
        let id = response.header("x-request-id").expect("an id").to_owned();
        let id = Uuid::parse_str(&id).expect("a UUID");
        assert_eq!(id.get_version_num(), 7);
        made.insert(id);
    }
    assert_eq!(made.len(), 4, "each request has its own");
    for path in ["/nothing", "/docs", "/panic"] {
        client.get(path).header("x-request-id", "r").await.assert_header("x-request-id", "r");
    }
}

#[fastrail::test]
async fn security_headers_stand_on_every_answer_unless_it_has_its_own() {
    let client = TestClient::new(app().middleware(SecurityHeaders::new().behind_tls())).await;
    for path in ["/hello/a", "/nothing", "/panic"] {
        client
            .get(path)
            .await
            .assert_header("cache-control", "no-store")
            .assert_header("x-content-type-options", "nosniff")
            .assert_header("x-frame-options", "DENY")
            .assert_header("content-security-policy", "default-src 'none'; frame-ancestors 'none'")
            .assert_header("referrer-policy", "no-referrer")
            .assert_header("strict-transport-security", "max-age=63072000; includeSubDomains");
    }
    let own = client.get("/own-headers").await;
    own.assert_header("cache-control", "private, no-cache").assert_header("x-frame-options", "SAMEORIGIN");
    assert_eq!(own.headers().get_all("cache-control").iter().count(), 1);
    let plain = TestClient::new(app().middleware(SecurityHeaders::new())).await;
    let response = plain.get("/hello/a").await;
    assert_eq!(response.header("strict-transport-security"), None);
    assert_eq!(response.header("x-xss-protection"), None);
}

#[fastrail::test]
async fn answers_are_compressed_for_clients_that_accept_it() {
    let client = TestClient::new(app().middleware(Compression::new())).await;
    let plain = client.get("/long").await;
    assert_eq!(plain.header("content-encoding"), None);
    let gzip = client
        .get("/long")
        .header("accept-encoding", "gzip")
        .await
        .assert_header("content-encoding", "gzip")
        .bytes()
        .clone();
    let mut text = String::new();
    flate2::read::GzDecoder::new(&gzip[..]).read_to_string(&mut text).expect("gzip");
    assert_eq!(text, plain.text());
    let brotli = client.get("/long").header("accept-encoding", "gzip, br").await;
    brotli.assert_header("content-encoding", "br");
    assert!(brotli.bytes().len() < 200, "{}", brotli.bytes().len());
    for accepted in ["identity", "deflate"] {
        let response = client.get("/long").header("accept-encoding", accepted).await;
        assert_eq!(response.header("content-encoding"), None, "{accepted}");
    }
    let short = client.get("/hello/a").header("accept-encoding", "gzip").await;
    assert_eq!(short.header("content-encoding"), None, "not worth it");
}

#[fastrail::test]
async fn only_listed_origins_may_call_and_preflights_are_answered() {
    let client = TestClient::new(app().middleware(Cors::allow(["https://shop.example"]).with_credentials())).await;
    let asked = client.get("/hello/a").header("origin", "https://shop.example").await;
    asked.assert_status(200).assert_header("access-control-allow-origin", "https://shop.example");
    asked.assert_header("access-control-allow-credentials", "true");
    let stranger = client.get("/hello/a").header("origin", "https://evil.example").await;
    assert_eq!(stranger.assert_status(200).header("access-control-allow-origin"), None);
    let preflight = client
        .request(Method::OPTIONS, "/hello/a")
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization")
        .await;
    preflight.assert_status(200).assert_header("access-control-allow-origin", "https://shop.example");
    let allowed = preflight.header("access-control-allow-headers").expect("headers").to_lowercase();
    assert!(allowed.contains("authorization") && allowed.contains("content-type"), "{allowed}");
    let panicked = client.get("/panic").header("origin", "https://shop.example").await;
    panicked.assert_status(500).assert_header("access-control-allow-origin", "https://shop.example");
    let open = TestClient::new(app().middleware(Cors::allow(["*"]))).await;
    open.get("/hello/a").header("origin", "https://x.example").await.assert_header("access-control-allow-origin", "*");
}

#[fastrail::test]
async fn cors_and_compression_stand_outside_of_everything_and_say_what_they_look_at() {
    #[fastrail::options("/own")]
    async fn own() -> &'static str {
        "options of its own"
    }
    let log = Log::default();
    let app = app().include(routes![own]).middleware(Cors::allow(["https://shop.example"]));
    let app = app.middleware(Compression::new()).middleware(Notes("layer", log.clone()));
    let client = TestClient::new(app.middleware(SecurityHeaders::new())).await;
    // A cache must not give the answer without an origin to a page.
    client.get("/hello/a").await.assert_header("vary", "origin");
    let varies = client.get("/long").await;
    let varies: Vec<_> = varies.headers().get_all("vary").iter().collect();
    assert_eq!(varies, ["origin", "accept-encoding"]);
    log.take();
    let preflight = client.request(Method::OPTIONS, "/hello/a").header("origin", "https://shop.example");
    let preflight = preflight.header("access-control-request-method", "GET").await;
    preflight.assert_status(200).assert_header("x-content-type-options", "nosniff");
    assert_eq!(preflight.text(), "OK");
    assert!(preflight.header("x-request-id").is_some() && log.take().is_empty(), "nothing else sees it");
    // What is no preflight is an operation's, or nobody's.
    let asked = client.request(Method::OPTIONS, "/own").header("origin", "https://shop.example").await;
    asked.assert_json("options of its own").assert_header("access-control-allow-origin", "https://shop.example");
    client.request(Method::OPTIONS, "/hello/a").await.assert_status(405);
    let both = client.get("/long").header("origin", "https://shop.example").header("accept-encoding", "br").await;
    both.assert_header("content-encoding", "br").assert_header("access-control-allow-origin", "https://shop.example");
}

#[fastrail::test]
async fn a_careless_cors_is_refused_when_the_app_is_built() {
    let found = problems(app().middleware(Cors::allow(["*"]).with_credentials()));
    assert!(found.len() == 1 && found[0].contains("credentials"), "{found:?}");
    for origin in ["shop.example", "https://shop.example/", "https://shop.example/app", "https://a\n.example"] {
        let found = problems(app().middleware(Cors::allow([origin])));
        assert!(found.len() == 1 && found[0].contains("no origin"), "{found:?}");
    }
}

/// A layer of the test: notes its way in and out
#[derive(Clone)]
struct Notes(&'static str, Log);

#[derive(Clone)]
struct NotesService<S>(S, Notes);

impl<S> tower::Layer<S> for Notes {
    type Service = NotesService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        NotesService(inner, self.clone())
    }
}

impl<S> tower::Service<Request<Body>> for NotesService<S>
where
    S: tower::Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = futures_util::future::BoxFuture<'static, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, cx: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let Notes(name, log) = self.1.clone();
        log.note(format!("into {name}"));
        let answer = self.0.call(request);
        Box::pin(async move {
            let mut response = answer.await?;
            log.note(format!("out of {name}"));
            response.headers_mut().append("x-passed", http::HeaderValue::from_static(name));
            Ok(response)
        })
    }
}

#[fastrail::test]
async fn any_tower_layer_stands_around_routing_the_last_one_outermost() {
    let log = Log::default();
    let app = app().middleware(Notes("first", log.clone())).middleware(Notes("second", log.clone()));
    let client = TestClient::new(app).await;
    let response = client.get("/hello/a").await;
    assert_eq!(log.take(), ["into second", "into first", "out of first", "out of second"]);
    let passed: Vec<_> = response.headers().get_all("x-passed").iter().collect();
    assert_eq!(passed, ["first", "second"]);
    client.get("/nothing").await.assert_status(404).assert_header("x-passed", "first");
    client.get("/openapi.json").await.assert_status(200).assert_header("x-passed", "first");
    client.get("/panic").await.assert_status(500).assert_header("x-passed", "first");
}

#[fastrail::test]
async fn a_layer_may_be_a_closure_and_may_answer_by_itself() {
    let gate = tower::util::MapRequestLayer::new(|mut request: Request<Body>| {
        request.headers_mut().insert("x-added", http::HeaderValue::from_static("yes"));
        request
    });
    #[get("/added")]
    async fn added(#[header] x_added: String) -> String {
        x_added
    }
    let app = App::new("T", "1").include(routes![added]).middleware(gate);
    TestClient::new(app).await.get("/added").await.assert_status(200).assert_json("yes");

    let closed = tower::util::MapResponseLayer::new(|_: Response<Body>| (StatusCode::SERVICE_UNAVAILABLE, "closed"));
    let client = TestClient::new(app_without_documents().middleware(closed)).await.unchecked();
    assert_eq!(client.get("/hello/a").await.assert_status(503).text(), "closed");
}

fn app_without_documents() -> App {
    app().openapi_url(None)
}

/// A layer that ends the wait for a slow answer, as tower-http's timeout does
#[fastrail::test]
async fn a_timeout_layer_answers_and_lets_an_unsafe_operation_run_on() {
    #[post("/slow")]
    async fn slow(log: State<Log>, gate: State<std::sync::Arc<tokio::sync::Semaphore>>) {
        gate.acquire().await.expect("it is open").forget();
        log.note("done");
    }
    let log = Log::default();
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let app = App::new("T", "1").include(routes![slow]).state(log.clone()).state(gate.clone());
    let app = app.middleware(tower_http::timeout::TimeoutLayer::with_status_code(
        StatusCode::GATEWAY_TIMEOUT,
        std::time::Duration::from_millis(1),
    ));
    let client = TestClient::new(app).await.unchecked();
    client.post("/slow").await.assert_status(504);
    assert_eq!(log.take(), Vec::<String>::new());
    gate.add_permits(1);
    client.shutdown().await; // waits for what outlived its request
    assert_eq!(log.take(), ["done"]);
}

#[test]
fn the_access_log_says_what_was_asked_and_not_with_which_query() {
    let logs = Logs::default();
    logs.capture(async {
        for app in [app(), app().middleware(Notes("layer", Log::default()))] {
            let client = TestClient::new(app).await.with_header("x-request-id", "r-7");
            client.get("/hello/a?token=hunter2").await.assert_status(200);
            client.get("/nothing").await.assert_status(404);
            client.get("/panic").await.assert_status(500);
            let lines = logs.lines();
            let access: Vec<&String> = lines.iter().filter(|line| line.contains("fastrail::access")).collect();
            let [.., hello, nothing, panicked] = access.as_slice() else { panic!("{lines:?}") };
            for part in [
                "INFO",
                "method=\"GET\"",
                "path=\"/hello/a\"",
                "route=\"/hello/{name}\"",
                "status=200",
                "duration_ms=",
                "request_id=\"r-7\"",
            ] {
                assert!(hello.contains(part), "{part} in {hello}");
            }
            assert!(nothing.contains("status=404") && !nothing.contains("route="), "{nothing}");
            assert!(panicked.contains("status=500") && panicked.contains("route=\"/panic\""), "{panicked}");
            assert!(lines.iter().all(|line| !line.contains("hunter2")), "{lines:?}");
        }
    });
}

#[fastrail::test]
async fn a_panic_in_a_layer_is_a_500_in_the_apps_shape() {
    let broken = tower::util::MapRequestLayer::new(|request: Request<Body>| {
        assert!(!request.uri().path().contains("hello"), "hunter2");
        request
    });
    let client = TestClient::new(app().middleware(broken).errors(ProblemDetails::new())).await.unchecked();
    let response = client.get("/hello/a").header("x-request-id", "r").await;
    response.assert_status(500).assert_header("content-type", "application/problem+json");
    let body: Value = response.json();
    assert_eq!((&body["request_id"], &body["detail"]), (&json!("r"), &json!("Internal Server Error")));
    client.get("/long").await.assert_status(200);
}
