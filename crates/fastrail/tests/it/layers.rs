//! Middlewares of one's own, and those that come along: what they see, in which order, and what they answer.

use std::io::Read;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrail::prelude::*;
use http::header::CONTENT_ENCODING;
use serde_json::{Value, json};

use crate::support::problems;

#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn write(&self, line: impl Into<String>) {
        self.0.lock().expect("no panic").push(line.into());
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().expect("no panic"))
    }
}

/// A middleware that logs that a request came through, both ways
fn named(
    name: &'static str,
    log: &Log,
) -> impl Fn(Request, Next) -> futures_util::future::BoxFuture<'static, Response> + Send + Sync + use<> {
    let log = log.clone();
    move |request, next| {
        let log = log.clone();
        Box::pin(async move {
            log.write(format!("{name} sees {}", next.route().unwrap_or("nothing")));
            let response = next.run(request).await;
            log.write(format!("{name} answers {}", response.status().as_u16()));
            response
        })
    }
}

#[dependency]
async fn note(State(log): State<Log>) {
    log.write("dependency");
}

#[get("/{id}")]
async fn read(id: u8, State(log): State<Log>) -> u8 {
    log.write("operation");
    id
}

#[post("/{id}")]
async fn write(id: u8) -> u8 {
    id
}

fn layered(log: &Log) -> App {
    let inner = Router::new("/inner").depends(depends![note]).middleware(named("inner", log)).include(routes![read]);
    let outer = Router::new("/outer")
        .middleware(named("outer 1", log))
        .middleware(named("outer 2", log))
        .include(routes![read, write])
        .include(inner);
    App::new("Layers", "1.0.0")
        .state(log.clone())
        .middleware(named("app 1", log))
        .middleware(named("app 2", log))
        .include(outer)
}

#[fastrail::test]
async fn the_last_one_added_is_the_outermost_and_routers_are_inside_of_the_app() {
    let log = Log::default();
    let client = TestClient::new(layered(&log)).await;
    client.get("/outer/inner/7").await.assert_json(7);
    let route = "/outer/inner/{id}";
    let ways_in = ["app 2", "app 1", "outer 2", "outer 1", "inner"].map(|name| format!("{name} sees {route}"));
    let ways_out = ["inner", "outer 1", "outer 2", "app 1", "app 2"].map(|name| format!("{name} answers 200"));
    let middle = ["dependency".to_owned(), "operation".to_owned()];
    assert_eq!(log.take(), [&ways_in[..], &middle, &ways_out].concat());

    client.get("/outer/7").await.assert_json(7);
    assert!(!log.take().iter().any(|line| line.starts_with("inner")));
    // A 422 of the operation passes them; a 404 is the app's.
    client.get("/outer/x").await.assert_status(422);
    assert_eq!(log.take().last().map(String::as_str), Some("app 2 answers 422"));
    client.get("/nowhere").await.assert_status(404);
    assert_eq!(log.take(), ["app 2 sees nothing", "app 1 sees nothing", "app 1 answers 404", "app 2 answers 404"]);
}

async fn add_process_time(request: Request, next: Next) -> Result<Response> {
    let mut response = next.run(request).await;
    response.headers_mut().insert("x-process-time", "0.1".parse().map_err(Error::internal)?);
    Ok(response)
}

async fn only_with_key(request: Request, next: Next) -> Result<Response> {
    let log: Log = next.state().await?;
    if request.headers().contains_key("x-key") {
        return Ok(next.run(request).await);
    }
    log.write("refused");
    Err(Error::new(403, "No key").with_code("no_key"))
}

#[fastrail::test]
async fn an_async_fn_is_a_middleware_with_the_apps_state_and_error_shape() {
    let log = Log::default();
    let app = || {
        let app = App::new("Fns", "1.0.0").state(log.clone()).include(routes![read]);
        app.middleware(only_with_key).middleware(add_process_time)
    };
    let client = TestClient::new(app()).await.unchecked();
    let answer = client.get("/7").header("x-key", "k").await;
    answer.assert_status(200);
    assert_eq!(answer.header("x-process-time"), Some("0.1"));
    let answer = client.get("/7").await;
    answer.assert_status(403).assert_json(json!({ "detail": "No key" }));
    assert_eq!(answer.header("x-process-time"), Some("0.1"));
    assert_eq!(log.take(), ["operation", "refused"]);

    let problem = TestClient::new(app().errors(ProblemDetails::default())).await;
    assert_eq!(problem.unchecked().get("/7").await.json::<Value>()["code"], "no_key");
    // A test replaces the state of a middleware as it does an operation's.
    let other = Log::default();
    let replaced = other.clone();
    let client = TestClient::new(app().override_dependency(move || {
        let other = replaced.clone();
        async move { Ok(other) }
    }))
    .await
    .unchecked();
    client.get("/7").await.assert_status(403);
    assert_eq!(other.take(), ["refused"]);
}

#[post("/sum")]
async fn sum(numbers: Vec<Number>) -> u32 {
    numbers.iter().map(|number| u32::from(number.n)).sum()
}

#[derive(Deserialize, Schema)]
struct Number {
    n: u8,
}

/// Unpacks what clients send packed
async fn gunzip(request: Request, next: Next) -> Result<Response> {
    if request.headers().get(CONTENT_ENCODING).is_none_or(|encoding| encoding != "gzip") {
        return Ok(next.run(request).await);
    }
    let (mut parts, body) = request.into_parts();
    let packed = axum::body::to_bytes(body, 64 * 1024).await.map_err(|_| Error::new(413, "Too large"))?;
    let mut unpacked = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(&packed[..]).take(1024 * 1024);
    decoder.read_to_end(&mut unpacked).map_err(|_| Error::new(400, "The body is no gzip"))?;
    parts.headers.remove(CONTENT_ENCODING);
    parts.headers.insert("content-length", unpacked.len().into());
    Ok(next.run(Request::from_parts(parts, unpacked.into())).await)
}

#[fastrail::test]
async fn a_routers_middleware_may_change_the_request() {
    use flate2::write::GzEncoder;
    use std::io::Write;
    let client =
        TestClient::new(App::new("Gzip", "1").include(Router::new("").middleware(gunzip).include(routes![sum]))).await;
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(br#"[{"n": 1}, {"n": 2}]"#).expect("memory");
    let packed = encoder.finish().expect("memory");
    client.post("/sum").body("application/json", packed).header("content-encoding", "gzip").await.assert_json(3);
    client.post("/sum").json(json!([{ "n": 4 }])).await.assert_json(4);
    client.post("/sum").body("application/json", "x").header("content-encoding", "gzip").await.assert_status(400);
}

#[fastrail::test]
async fn an_error_handler_sees_the_body() {
    let app = App::new("Body", "1").include(routes![sum]).on_status(
        StatusCode::UNPROCESSABLE_ENTITY,
        |error: Error, request: fastrail::OwnedRequestInfo| async move {
            let body = String::from_utf8_lossy(request.body()).into_owned();
            let detail = json!({ "detail": { "errors": error.validation_errors(), "body": body } });
            (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(detail))
        },
    );
    let client = TestClient::new(app).await.unchecked();
    let answer = client.post("/sum").body("application/json", r#"{"numbers":[1]}"#).await;
    answer.assert_status(422);
    let detail = answer.json::<Value>()["detail"].take();
    assert_eq!(detail["body"], r#"{"numbers":[1]}"#);
    assert_eq!(detail["errors"][0]["type"], "list_type");
}

#[fastrail::test]
async fn only_trusted_hosts_are_served() {
    let hosts = TrustedHosts::allow(["example.com", "*.example.com"]);
    let client = TestClient::new(App::new("Hosts", "1").state(Log::default()).include(routes![read]).middleware(hosts))
        .await
        .unchecked();
    for host in ["example.com", "subdomain.example.com", "EXAMPLE.com:8000"] {
        client.get("/7").header("host", host).await.assert_status(200);
    }
    let answer = client.get("/7").header("host", "invalidhost").await;
    answer.assert_status(400).assert_json(json!({ "detail": "Invalid host header" }));
    client.get("/7").await.assert_status(400);
    let wrong = App::new("W", "1").middleware(TrustedHosts::allow(["https://shop.example"]));
    assert!(problems(wrong)[0].contains("`https://shop.example` is no host"));
}

#[fastrail::test]
async fn plain_http_is_sent_to_https() {
    let app = App::new("Tls", "1").state(Log::default()).include(routes![read]).middleware(HttpsRedirect::new());
    let client = TestClient::new(app).await.unchecked();
    let answer = client.get("/7?q=1").header("host", "testserver").await;
    answer.assert_status(307);
    assert_eq!(answer.header("location"), Some("https://testserver/7?q=1"));
    client.get("https://testserver/7").await.assert_status(200);
    client.get("/7").header("host", "testserver").header("x-forwarded-proto", "https").await.assert_status(307);
    client.get("/7").await.assert_status(400);
}

#[fastrail::test]
async fn https_is_what_a_trusted_proxy_says() {
    let routes = || Router::new("").include(routes![read]).middleware(HttpsRedirect::new());
    let proxies = fastrail::TrustedProxies::parse(["10.0.0.0/8"]).expect("a network");
    let app = App::new("Tls", "1").state(Log::default()).include(routes()).trusted_proxies(proxies);
    let client = TestClient::new(app).await.unchecked();
    for (peer, status, location) in [
        ("10.0.0.1:1", 200, None),
        ("192.0.2.1:1", 307, Some("https://inside/7")),
        ("[::1]:1", 307, Some("https://inside/7")),
    ] {
        let client = client.with_peer(peer.parse().expect("an address"));
        let request = client.get("/7").header("host", "inside").header("x-forwarded-host", "shop.example");
        let answer = request.header("x-forwarded-proto", "https").await;
        answer.assert_status(status);
        assert_eq!(answer.header("location"), location, "{peer}");
    }
    let behind = client.with_peer("10.0.0.1:1".parse().expect("an address"));
    let answer = behind.get("/7?q=1").header("host", "inside").header("x-forwarded-host", "shop.example").await;
    answer.assert_status(307);
    assert_eq!(answer.header("location"), Some("https://shop.example/7?q=1"));
}

fn preflight(client: &TestClient, origin: &str) -> fastrail::testing::TestRequest {
    let request = client.request(http::Method::OPTIONS, "/7").header("origin", origin);
    request.header("access-control-request-method", "GET").header("access-control-request-headers", "X-Example")
}

#[fastrail::test]
async fn cors_has_every_parameter() {
    let app = |cors: Cors| App::new("Cors", "1").state(Log::default()).include(routes![read]).middleware(cors);
    let cors = Cors::allow(["https://shop.example"])
        .origin_pattern(r"https://.*\.api\.example")
        .with_credentials()
        .methods(["*"])
        .headers(["*"])
        .expose_headers(["etag"])
        .max_age(Duration::from_secs(60));
    let client = TestClient::new(app(cors)).await;
    for origin in ["https://shop.example", "https://v1.api.example"] {
        let answer = preflight(&client, origin).await;
        answer.assert_status(200);
        assert_eq!(answer.text(), "OK");
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(answer.header("access-control-allow-headers"), Some("X-Example"));
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        assert_eq!(answer.header("access-control-max-age"), Some("60"));
        assert!(answer.header("access-control-allow-methods").is_some_and(|methods| methods.contains("DELETE")));
        let answer = client.get("/7").header("origin", origin).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(answer.header("access-control-expose-headers"), Some("etag"));
    }
    for origin in ["https://evil.example", "https://v1.api.example.evil", "http://shop.example"] {
        assert_eq!(preflight(&client, origin).await.header("access-control-allow-origin"), None, "{origin}");
        let answer = client.get("/7").header("origin", origin).await;
        assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
    }
    assert_eq!(client.get("/7").await.header("access-control-allow-origin"), None);

    for (wrong, says) in [
        (Cors::allow(["*"]).with_credentials(), "`*` with credentials"),
        (Cors::allow(["https://a.example"]).origin_pattern("("), "no regular expression"),
        (Cors::allow(["https://a.example"]).methods(["GE T"]), "no method"),
        (Cors::allow(["https://a.example"]).headers(["a b"]), "no header"),
        (Cors::allow(["https://a.example"]).expose_headers(["*"]).expose_headers(["a b"]), "no header"),
    ] {
        assert!(problems(app(wrong))[0].contains(says), "{says}");
    }
}

#[fastrail::test]
async fn what_stands_around_the_whole_app_is_not_a_routers() {
    let router = || Router::new("/x").include(routes![read]);
    for router in [router().middleware(SecurityHeaders::new()), router().middleware(Cors::allow(["*"]))] {
        assert!(problems(App::new("S", "1").state(Log::default()).include(router))[0].contains("`App::middleware`"));
    }
}
