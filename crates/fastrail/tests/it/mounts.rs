//! What stands before files, front-ends and whatever else is mounted: the dependencies and middlewares of the routers
//! around it.

use std::path::Path;

use fastrail::prelude::*;
use fastrail::{Frontend, StaticFiles};
use tempfile::TempDir;

use crate::dependencies::Log;
use crate::support::problems;

fn write(path: impl AsRef<Path>, content: &str) {
    let path = path.as_ref();
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    std::fs::write(path, content).expect("a file");
}

fn directory() -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    write(directory.path().join("plan.txt"), "the plan");
    write(directory.path().join("index.html"), "<h1>Desk</h1>");
    directory
}

#[derive(Clone)]
struct Member;

/// Whoever knows the word
#[dependency]
async fn member(token: BearerToken) -> Result<Member> {
    match token.expose() {
        "open" => Ok(Member),
        _ => Err(Error::new(401, "Not you")),
    }
}

#[derive(Clone)]
struct Visit(Log);

async fn leave(visit: Visit, outcome: Outcome) {
    visit.0.note(format!("left: {outcome:?}"));
}

/// Notes who comes and goes
#[dependency(teardown = leave)]
async fn visit(State(log): State<Log>) -> Visit {
    log.note("came");
    Visit(log)
}

#[derive(Clone)]
struct Number;

#[dependency]
async fn page(#[query(ge = 1)] page: u32) -> Number {
    _ = page;
    Number
}

#[fastrail::test]
async fn files_below_a_router_are_behind_its_dependencies() {
    let (directory, log) = (directory(), Log::default());
    let members = Router::new("/members")
        .depends(depends![member, visit])
        .static_files("/files", StaticFiles::new(directory.path()))
        .frontend("/desk", Frontend::new(directory.path()).index_fallback());
    let open = Router::new("/open").static_files("/", directory.path());
    let app = || App::new("T", "1").state(log.clone()).include(members).include(open);
    let client = TestClient::new(app()).await;

    for path in ["/members/files/plan.txt", "/members/files/nothing", "/members/desk/", "/members/desk/a/b"] {
        let stranger = client.get(path).header("accept", "text/html").await;
        stranger.assert_status(401).assert_header("www-authenticate", "Bearer");
        let wrong = client.get(path).header("authorization", "Bearer shut").await;
        wrong.assert_status(401).assert_json(json!({ "detail": "Not you" }));
    }
    assert_eq!(log.take(), Vec::<String>::new(), "the visit is behind the member");
    let ask = |path: &str| client.get(path).header("authorization", "Bearer open").header("accept", "text/html");
    assert_eq!(ask("/members/files/plan.txt").await.assert_status(200).text(), "the plan");
    assert_eq!(log.take(), ["came", "left: Success(200)"]);
    let part = ask("/members/files/plan.txt").header("range", "bytes=4-").await;
    assert_eq!(part.assert_status(206).text(), "plan");
    let unchanged = ask("/members/files/plan.txt").header("if-none-match", "*").await;
    unchanged.assert_status(304);
    log.take();
    ask("/members/files/nothing").await.assert_status(404).assert_json(json!({ "detail": "Not Found" }));
    assert_eq!(log.take(), ["came", "left: Failure(404)"]);
    assert_eq!(ask("/members/desk/a/b").await.assert_status(200).text(), "<h1>Desk</h1>");
    client.get("/open/plan.txt").await.assert_status(200);
}

#[fastrail::test]
async fn the_dependencies_of_the_app_hold_for_its_files_and_an_override_replaces_them() {
    let directory = directory();
    let app = || App::new("T", "1").depends(depends![member]).static_files("/files", directory.path());
    TestClient::new(app()).await.get("/files/plan.txt").await.assert_status(401);
    let client = TestClient::new(app().override_dependency(|| async { Ok(Member) })).await;
    client.get("/files/plan.txt").await.assert_status(200);
}

#[fastrail::test]
async fn a_parameter_of_such_a_dependency_is_validated_and_errors_have_the_routers_shape() {
    let directory = directory();
    let router = Router::new("/r").depends(depends![page]).errors(ProblemDetails::new());
    let app = App::new("T", "1").include(router.static_files("/", directory.path()));
    let client = TestClient::new(app).await;
    client.get("/r/plan.txt?page=1").await.assert_status(200);
    let refused = client.get("/r/plan.txt?page=0").await;
    refused.assert_status(422).assert_header("content-type", "application/problem+json");
    let nothing = client.get("/r/nothing?page=1").await;
    nothing.assert_status(404).assert_header("content-type", "application/problem+json");
}

#[get("/who")]
async fn who(request_id: RequestId) -> String {
    request_id.to_string()
}

#[fastrail::test]
async fn a_mounted_app_and_a_service_are_behind_them_too() {
    let log = Log::default();
    let inner = App::new("Inner", "1").include(routes![who]);
    let service = axum::Router::new().route("/echo", axum::routing::post(|body: String| async move { body }));
    let members = Router::new("/m").depends(depends![member, visit]).mount("/app", inner).mount("/service", service);
    let client = TestClient::new(App::new("T", "1").state(log.clone()).include(members)).await;
    for path in ["/m/app/who", "/m/app/openapi.json", "/m/app/nothing", "/m/service/echo"] {
        client.get(path).await.assert_status(401);
    }
    client.post("/m/service/echo").body("text/plain", "hello").await.assert_status(401);
    let who = client.get("/m/app/who").header("authorization", "Bearer open").header("x-request-id", "r-7").await;
    who.assert_status(200).assert_json("r-7");
    let echo = client.post("/m/service/echo").body("text/plain", "hello").header("authorization", "Bearer open").await;
    assert_eq!(echo.assert_status(200).text(), "hello");
    assert_eq!(log.take(), ["came", "left: Success(200)", "came", "left: Success(200)"]);
}

#[derive(Clone)]
struct Late(Log, &'static str);

async fn end(late: Late, _: Outcome) {
    late.0.note(late.1);
}

#[dependency(after_response = end)]
async fn late(State(log): State<Log>) -> Late {
    Late(log, "after the answer")
}

#[fastrail::test]
async fn what_ends_after_the_answer_is_kept_on_both_sides_of_a_mount() {
    #[get("/inner", depends(late))]
    async fn inner(State(log): State<Log>) -> u8 {
        log.note("operation");
        7
    }
    let log = Log::default();
    let sub = App::new("Inner", "1").state(log.clone()).include(routes![inner]);
    let router = Router::new("").depends(depends![late]).mount("/sub", sub);
    let client = TestClient::new(App::new("T", "1").state(log.clone()).include(router)).await;
    client.get("/sub/inner").await.assert_json(7);
    client.shutdown().await;
    assert_eq!(log.take(), ["operation", "after the answer", "after the answer"]);
}

#[derive(Deserialize, Schema)]
struct Note {
    text: String,
}

#[derive(Clone)]
struct Noted;

#[dependency]
async fn note_of(body: Note) -> Noted {
    _ = body.text;
    Noted
}

#[derive(Clone)]
struct OfPath;

#[dependency]
async fn of_path(#[path] id: u32) -> OfPath {
    _ = id;
    OfPath
}

#[fastrail::test]
async fn what_cannot_stand_before_a_mount_does_not_build() {
    let directory = directory();
    let service = axum::Router::new().route("/", axum::routing::get(|| async { "x" }));
    let app = App::new("T", "1").include(Router::new("").depends(depends![note_of]).mount("/x", service));
    let found = problems(app);
    assert!(
        found.len() == 1 && found[0].contains("belongs to what is mounted") && found[0].contains("`/x`"),
        "{found:?}"
    );
    let app = App::new("T", "1");
    let app = app.include(Router::new("/r").depends(depends![of_path]).static_files("/x", directory.path()));
    let found = problems(app);
    assert!(found.len() == 1 && found[0].contains("path parameter `id`") && found[0].contains("/r/x"), "{found:?}");
    // State that nothing provides stops the start, as it does for an operation.
    let app = App::new("T", "1").include(Router::new("").depends(depends![visit]).static_files("/x", directory.path()));
    let error = TestClient::try_new(app).await.expect_err("nothing provides the log").to_string();
    assert!(error.contains("State<") && error.contains("`/x`"), "{error}");
}
