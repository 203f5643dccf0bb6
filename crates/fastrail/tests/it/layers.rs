//! Middlewares of one's own, and those that come along: what they see, in which order, and what they answer.

use std::io::Read;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrail::prelude::*;
use http::header::CONTENT_ENCODING;
use serde_json::{Value, json};

use crate::support::problems;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn write(&self, line: impl Into<String>) {
        self.0.lock().expect("no panic").push(line.into());
    }

    fn take(&self) -> Vec<String> {
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
    client.get("/7").header("host", "testserver").header("x-forwarded-proto", "https").await.assert_status(200);
    client.get("/7").await.assert_status(400);
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
async fn security_headers_are_not_a_routers() {
    let router = Router::new("/x").middleware(SecurityHeaders::new()).include(routes![read]);
    assert!(problems(App::new("S", "1").state(Log::default()).include(router))[0].contains("`App::middleware`"));
}

#[derive(Clone)]
struct Caller(String);

#[derive(Clone)]
struct Unit(Log);

async fn end(unit: Unit, outcome: Outcome) {
    unit.0.write(format!("unit ended: {outcome:?}"));
}

/// Who asks, by a token that everybody guesses
#[dependency]
async fn caller(token: BearerToken, State(log): State<Log>) -> Result<Caller> {
    log.write("caller made");
    match token.expose() {
        "ada" => Ok(Caller("ada".to_owned())),
        _ => Err(Error::new(403, "Who?")),
    }
}

#[dependency(teardown = end)]
async fn unit(State(log): State<Log>, #[query(default = 1, le = 9)] size: u8) -> Unit {
    log.write(format!("unit of {size}"));
    Unit(log)
}

/// A middleware that knows the route and who asks for it
async fn audit(request: Request, next: Next, caller: Caller, State(log): State<Log>, _: Unit) -> Result<Response> {
    let route = next.route().unwrap_or_default().to_owned();
    if request.headers().contains_key("x-stop") {
        return Err(Error::new(409, "Stopped"));
    }
    let mut response = next.run(request).await;
    log.write(format!("{} asked for {route}: {}", caller.0, response.status().as_u16()));
    response.headers_mut().insert("x-caller", caller.0.parse().map_err(Error::internal)?);
    Ok(response)
}

#[get("/things/{id}")]
async fn thing(#[path(le = 9)] id: u8, caller: Caller, _unit: Unit, State(log): State<Log>) -> String {
    log.write("operation");
    format!("{id} for {}", caller.0)
}

#[post("/things")]
async fn add_thing(numbers: Vec<Number>) -> usize {
    numbers.len()
}

fn audited(log: &Log, files: &std::path::Path) -> App {
    let inner = App::new("Inner", "1").state(log.clone()).include(routes![read]);
    let router = Router::new("/audited").middleware(audit).include(routes![thing, add_thing]);
    App::new("Audit", "1").state(log.clone()).include(router.static_files("/files", files).mount("/inner", inner))
}

#[fastrail::test]
async fn a_routers_middleware_takes_dependencies_which_are_the_operations_too() {
    let (log, files) = (Log::default(), tempfile::tempdir().expect("a directory"));
    std::fs::write(files.path().join("a.txt"), "a").expect("a file");
    let client = TestClient::new(audited(&log, files.path())).await;
    let ask = |path: &str| client.get(path).header("authorization", "Bearer ada");

    let answer = ask("/audited/things/7").await;
    answer.assert_status(200).assert_json("7 for ada").assert_header("x-caller", "ada");
    let made = ["caller made", "unit of 1", "operation", "unit ended: Success(200)"].map(str::to_owned);
    assert_eq!(log.take(), [&made[..], &["ada asked for /audited/things/{id}: 200".to_owned()]].concat());

    // A refusal ends the same context; the operation's own 422 passes through.
    ask("/audited/things/77").await.assert_status(422).assert_header("x-caller", "ada");
    let lines = log.take();
    assert_eq!(lines[2..], ["unit ended: Failure(422)", "ada asked for /audited/things/{id}: 422"]);
    client.get("/audited/things/7").await.assert_status(401).assert_header("www-authenticate", "Bearer");
    assert_eq!(log.take(), Vec::<String>::new());
    client.get("/audited/things/7").header("authorization", "Bearer eve").await.assert_status(403);
    assert_eq!(log.take(), ["caller made"]);
    let wrong = ask("/audited/things/7?size=10").await;
    wrong.assert_status(422);
    assert_eq!(wrong.json::<Value>()["detail"][0]["loc"], json!(["query", "size"]));
    log.take();

    // An answer of its own: the operation does not run, the teardowns do.
    ask("/audited/things/7").header("x-stop", "1").await.assert_status(409).assert_json(json!({ "detail": "Stopped" }));
    assert_eq!(log.take(), ["caller made", "unit of 1", "unit ended: Failure(409)"]);

    // The body is the operation's.
    let sent = client.post("/audited/things").json(json!([{ "n": 1 }])).header("authorization", "Bearer ada").await;
    sent.assert_status(200).assert_json(1);
    log.take();
    // Files and what is mounted are behind it as well.
    client.get("/audited/files/a.txt").await.assert_status(401);
    ask("/audited/files/a.txt").await.assert_status(200).assert_header("x-caller", "ada");
    assert_eq!(log.take().last().map(String::as_str), Some("ada asked for /audited/files/{*path}: 200"));
    client.get("/audited/inner/7").await.assert_status(401);
    ask("/audited/inner/7").await.assert_status(200).assert_json(7);
}

#[fastrail::test]
async fn what_such_a_middleware_takes_is_documented_and_can_be_replaced() {
    let (log, files) = (Log::default(), tempfile::tempdir().expect("a directory"));
    let app = audited(&log, files.path()).build().expect("it builds");
    let operation = &app.openapi()["paths"]["/audited/things"]["post"];
    assert!(operation["security"][0].is_object(), "{operation}");
    assert_eq!(operation["parameters"][0]["name"], "size");
    assert!(operation["responses"].get("422").is_some(), "{operation}");

    let app = audited(&log, files.path()).override_dependency(|| async { Ok(Caller("test".to_owned())) });
    let client = TestClient::new(app).await;
    client.get("/audited/things/7").await.assert_status(200).assert_header("x-caller", "test");

    let whole = App::new("Audit", "1").state(log.clone()).middleware(audit).include(routes![thing]);
    assert!(problems(whole)[0].contains("`Router::middleware`"));
}

#[derive(Clone)]
struct Tenant(String);

async fn find_tenant(mut request: Request, next: Next) -> Response {
    if let Some(tenant) = request.headers().get("x-tenant").and_then(|tenant| tenant.to_str().ok()) {
        let tenant = Tenant(tenant.to_owned());
        request.extensions_mut().insert(tenant);
    }
    next.run(request).await
}

#[get("/tenant")]
async fn tenant(tenant: Extension<Tenant>) -> String {
    tenant.0.0
}

#[get("/tenant-or-not")]
async fn tenant_or_not(tenant: Option<Extension<Tenant>>) -> bool {
    tenant.is_some()
}

#[fastrail::test]
async fn an_operation_takes_what_a_middleware_has_put_into_the_request() {
    let routes = || routes![tenant, tenant_or_not];
    let of_app = App::new("T", "1").middleware(find_tenant).include(routes());
    let of_router = App::new("T", "1").include(Router::new("").middleware(find_tenant).include(routes()));
    for app in [of_app, of_router] {
        let client = TestClient::new(app).await;
        client.get("/tenant").header("x-tenant", "forks").await.assert_json("forks");
        client.get("/tenant-or-not").header("x-tenant", "forks").await.assert_json(true);
        client.get("/tenant-or-not").await.assert_json(false);
        client.get("/tenant").await.assert_status(500);
    }
}

async fn noted(request: Request, next: Next, caller: Caller, State(log): State<Log>) -> Response {
    log.write(format!("{} passes", caller.0));
    assert!(!request.headers().contains_key("x-panic"), "asked for");
    next.run(request).await
}

async fn refused(_: Request, _: Next, _: Unit) -> Result<Response, Error> {
    Err(Error::new(410, "Gone"))
}

#[websocket("/chat")]
async fn chat(socket: WebSocket, caller: Caller) -> Result<()> {
    socket.send(caller.0).await?;
    Ok(())
}

#[fastrail::test]
async fn several_such_middlewares_share_what_they_take() {
    let log = Log::default();
    let inner = Router::new("/inner").middleware(audit).include(routes![thing, chat]);
    let gone = Router::new("/gone").middleware(refused).include(routes![add_thing]);
    let outer = Router::new("/outer").middleware(noted).include(inner).include(gone);
    let client = TestClient::new(App::new("T", "1").state(log.clone()).include(outer)).await.unchecked();
    let client = client.with_header("authorization", "Bearer ada");

    client.get("/outer/inner/things/7").await.assert_json("7 for ada");
    let lines = log.take();
    assert_eq!(lines[..3], ["caller made", "ada passes", "unit of 1"]);
    assert_eq!(lines.iter().filter(|line| *line == "caller made").count(), 1);

    // One that stands further in refuses: what was made further out ends as well.
    client.post("/outer/gone/things").json(json!([])).await.assert_status(410);
    assert_eq!(log.take(), ["caller made", "ada passes", "unit of 1", "unit ended: Failure(410)"]);

    client.get("/outer/inner/things/7").header("x-panic", "1").await.assert_status(500);
    assert_eq!(log.take(), ["caller made", "ada passes"]);

    let mut socket = client.websocket("/outer/inner/chat").await;
    assert_eq!(socket.receive_text().await, "ada");
    socket.receive_close().await;
    assert_eq!(log.take()[..2], ["caller made", "ada passes"]);
}
