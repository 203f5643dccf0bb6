//! Middlewares that take dependencies, and operations that take what a middleware has found.

use fastrail::prelude::*;
use serde_json::{Value, json};

use crate::layers::Log;
use crate::support::problems;

#[derive(Deserialize, Schema)]
struct Number {
    n: u8,
}

#[get("/{id}")]
async fn read(id: u8) -> u8 {
    id
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
async fn add_thing(numbers: Vec<Number>) -> u32 {
    numbers.iter().map(|number| u32::from(number.n)).sum()
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

    let whole = App::new("Audit", "1").state(log.clone()).middleware(audit).middleware(find_tenant);
    let found = problems(whole.include(routes![thing]));
    assert!(found.len() == 1 && found[0].contains("`Router::middleware`"), "{found:?}");
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
