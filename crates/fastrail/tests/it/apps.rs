//! Apps within apps, behind proxies, and with slashes too many.

use std::sync::{Arc, Mutex};

use fastrail::prelude::*;
use fastrail::{OwnedRequestInfo, openapi::Server};
use serde_json::{Value, json};

use crate::support::problems;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<&'static str>>>);

impl Log {
    fn write(&self, line: &'static str) {
        self.0.lock().expect("no panic").push(line);
    }
}

#[derive(Clone)]
struct Pool(&'static str);

#[get("/app")]
async fn read_main(request: OwnedRequestInfo) -> String {
    request.root_path().to_owned()
}

#[get("/sub")]
async fn read_sub(State(pool): State<Pool>, request: OwnedRequestInfo) -> String {
    format!("{} at {}", pool.0, request.root_path())
}

#[get("/panic")]
async fn panics() {
    panic!("as asked")
}

fn with_life(app: App, log: &Log, begins: &'static str, ends: &'static str) -> App {
    let log = log.clone();
    app.lifespan(move |lifespan: Lifespan| async move {
        log.write(begins);
        lifespan.provide(Pool(begins));
        lifespan.on_shutdown(async move { log.write(ends) });
        Ok::<_, Error>(())
    })
}

fn sub(log: &Log) -> App {
    let deeper = App::new("Deeper", "1").include(routes![read_main]);
    let sub = App::new("Sub", "2").errors(ProblemDetails::default()).include(routes![read_sub, panics]);
    with_life(sub, log, "sub begins", "sub ends").mount("/deeper", deeper)
}

fn main_app(log: &Log) -> App {
    let app = App::new("Main", "1").include(routes![read_main]);
    with_life(app, log, "main begins", "main ends").mount("/subapi", sub(log))
}

#[fastrail::test]
async fn a_mounted_app_has_its_own_document_docs_errors_and_life() {
    let log = Log::default();
    let client = TestClient::new(main_app(&log)).await;
    client.get("/app").await.assert_json("");
    client.get("/subapi/sub").await.assert_json("sub begins at /subapi");
    client.get("/subapi/deeper/app").await.assert_json("/subapi/deeper");
    assert_eq!(client.get("/subapi/nowhere").await.json::<Value>()["code"], "not_found");
    let answer = client.get("/subapi/panic").await;
    assert_eq!(answer.assert_status(500).json::<Value>()["code"], "internal_error");
    assert_eq!(answer.header("x-request-id"), answer.json::<Value>()["request_id"].as_str());
    client.get("/nowhere").await.assert_json(json!({ "detail": "Not Found" }));

    let document: Value = client.get("/subapi/openapi.json").await.json();
    assert_eq!(document["servers"], json!([{ "url": "/subapi" }]));
    assert_eq!(document["info"]["title"], "Sub");
    assert!(document["paths"].get("/sub").is_some());
    assert!(client.openapi().get("servers").is_none());
    assert!(client.openapi()["paths"].get("/subapi/sub").is_none());
    assert!(client.get("/subapi/docs").await.text().contains("docs/init.js"));
    assert_eq!(client.get("/subapi/deeper/openapi.json").await.json::<Value>()["servers"][0]["url"], "/subapi/deeper");

    client.shutdown().await;
    assert_eq!(*log.0.lock().expect("no panic"), ["main begins", "sub begins", "sub ends", "main ends"]);
}

#[fastrail::test]
async fn what_is_wrong_with_a_mounted_app_stops_the_start() {
    let log = Log::default();
    let twice = App::new("Twice", "1").include(routes![read_sub, read_sub]);
    let problems = problems(App::new("Main", "1").mount("/sub", twice));
    assert!(problems[0].starts_with("in the app at `/sub`: two routes answer `GET /sub`"), "{problems:?}");

    let stateless = App::new("Stateless", "1").include(routes![read_sub]);
    let app = with_life(App::new("Main", "1"), &log, "main begins", "main ends").mount("/sub", stateless);
    let error = TestClient::try_new(app).await.expect_err("nothing provides the pool");
    assert!(error.to_string().contains("Pool"), "{error}");
    assert_eq!(*log.0.lock().expect("no panic"), ["main begins", "main ends"], "what began has ended");
}

#[fastrail::test]
async fn an_app_behind_a_proxy_knows_its_root_path() {
    let app = || App::new("Proxied", "1").include(routes![read_main]).root_path("/api/v1");
    let client = TestClient::new(app()).await;
    // The proxy takes its prefix off, or not.
    client.get("/app").await.assert_json("/api/v1");
    client.get("/api/v1/app").await.assert_json("/api/v1");
    client.get("/api/v1nonsense/app").await.assert_status(404);
    assert_eq!(client.openapi()["servers"], json!([{ "url": "/api/v1" }]));

    let staging =
        || Server { url: "https://stag.example.com".into(), description: Some("Staging".into()), ..Server::default() };
    let listed = json!({ "url": "https://stag.example.com", "description": "Staging" });
    let client = TestClient::new(app().server(staging())).await;
    assert_eq!(client.openapi()["servers"], json!([{ "url": "/api/v1" }, listed]));
    let client = TestClient::new(app().server(staging()).root_path_in_servers(false)).await;
    assert_eq!(client.openapi()["servers"], json!([listed]));
}

#[get("/with/")]
async fn with_slash(q: Option<u8>) -> Option<u8> {
    q
}

#[post("/without")]
async fn without_slash() {}

#[get("/{name}/deep")]
async fn deep(name: String) -> String {
    name
}

#[fastrail::test]
async fn the_other_slash_is_redirected_to() {
    let routes = || App::new("Slashes", "1").include(routes![with_slash, without_slash, deep]);
    let client = TestClient::new(routes()).await;
    for (method, path, location) in [
        (http::Method::GET, "/with?q=1", "./with/?q=1"),
        (http::Method::POST, "/without/", "../without"),
        (http::Method::GET, "/a:b/deep/", "../deep"),
        // No path of another host: `..` cannot leave this one.
        (http::Method::GET, "//deep/", "../deep"),
    ] {
        let answer = client.request(method, path).await;
        if path.starts_with("//") {
            assert_ne!(answer.header("location").map(|location| location.starts_with("//")), Some(true));
            continue;
        }
        answer.assert_status(307);
        assert_eq!(answer.header("location"), Some(location), "{path}");
    }
    client.get("/nowhere/").await.assert_status(404);
    client.get("/").await.assert_status(404);
    let strict = TestClient::new(routes().redirect_slashes(false)).await;
    strict.get("/with").await.assert_status(404);
}

#[fastrail::test]
async fn swagger_ui_is_configured_in_a_line() {
    let app = App::new("Docs", "1")
        .include(routes![read_main])
        .swagger_ui(|page| page.parameter("syntaxHighlight", false).init_oauth(json!({ "clientId": "docs" })));
    let client = TestClient::new(app).await;
    let script = client.get("/docs/init.js").await.text().replace([' ', '\\'], "");
    for part in
        ["\"syntaxHighlight\":false", "\"deepLinking\":true", "\"dom_id\":\"#swagger-ui\"", "\"clientId\":\"docs\""]
    {
        assert!(script.contains(part), "{part} in {script}");
    }
    client.get("/docs/oauth2-redirect.html").await.assert_status(200);
}
