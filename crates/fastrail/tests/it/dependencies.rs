//! Dependencies: how they are made, shared, documented and replaced.

use std::sync::{Arc, Mutex, PoisonError};

use fastrail::prelude::*;
use serde_json::{Value, json};

/// What has run, in order
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(what.into());
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Root(u32);

#[dependency]
async fn root(log: State<Log>, #[query(default = 1)] root: u32) -> Root {
    log.note("root");
    Root(root)
}

#[derive(Clone)]
struct Left(u32);

#[dependency]
fn left(root: Root, log: State<Log>) -> Left {
    log.note("left");
    Left(root.0 + 1)
}

#[derive(Clone, Dependency)]
struct Right {
    root: Root,
}

#[get("/diamond")]
async fn diamond(left: Left, right: Right, root: Root) -> Value {
    json!([left.0, right.root.0, root.0])
}

#[fastrail::test]
async fn a_diamond_runs_its_root_once_in_each_request() {
    let log = Log::default();
    let client = TestClient::new(App::new("T", "1").include(routes![diamond]).state(log.clone())).await;
    client.get("/diamond?root=5").await.assert_status(200).assert_json(json!([6, 5, 5]));
    assert_eq!(log.take(), ["root", "left"]);
    client.get("/diamond?root=x").await.assert_status(422);
    assert_eq!(log.take(), Vec::<String>::new());
    client.get("/diamond").await.assert_status(200).assert_json(json!([2, 1, 1]));
    assert_eq!(log.take(), ["root", "left"]);
    let parameters = client.openapi()["paths"]["/diamond"]["get"]["parameters"].clone();
    assert_eq!(parameters.as_array().map(Vec::len), Some(1));
    assert_eq!((&parameters[0]["name"], &parameters[0]["schema"]["default"]), (&json!("root"), &json!(1)));
}

/// Generic over what it pages
#[derive(Clone, Dependency)]
struct Page<T> {
    #[query(default = 1, ge = 1)]
    page: u32,
    rows: T,
}

/// A struct of unnamed fields
#[derive(Clone, Dependency)]
struct Pair(Root, #[query(alias = "second", default = 9)] u32);

/// A struct without any
#[derive(Clone, Copy, Dependency)]
struct Nothing;

#[get("/generic")]
async fn generic(roots: Page<Root>, rights: Page<Right>, pair: Pair, _nothing: Nothing) -> Value {
    json!([roots.page, roots.rows.0, rights.rows.root.0, pair.0.0, pair.1])
}

#[fastrail::test]
async fn structs_are_dependencies_generic_tuple_and_unit_ones_too() {
    let client = TestClient::new(App::new("T", "1").include(routes![generic]).state(Log::default())).await;
    client.get("/generic?page=2&root=3&second=4").await.assert_status(200).assert_json(json!([2, 3, 3, 3, 4]));
    client.get("/generic?page=0").await.assert_status(422);
}

/// Adds what it was given
#[dependency]
async fn add(#[parameter] amount: u32, root: Root, log: State<Log>) -> u32 {
    log.note(format!("add {amount}"));
    root.0 + amount
}

/// A second provider of a type that is a dependency already
#[dependency(explicit)]
async fn other_root(log: State<Log>) -> Root {
    log.note("other root");
    Root(100)
}

#[get("/parameterised")]
async fn parameterised(
    #[depends(add(1))] one: u32,
    #[depends(add(20))] twenty: u32,
    #[depends(other_root)] root: Root,
) -> Value {
    json!([one, twenty, root.0])
}

#[fastrail::test]
async fn providers_are_named_at_the_argument_and_parameterised_ones_run_each() {
    let log = Log::default();
    let client = TestClient::new(App::new("T", "1").include(routes![parameterised]).state(log.clone())).await;
    client.get("/parameterised").await.assert_status(200).assert_json(json!([2, 21, 100]));
    assert_eq!(log.take(), ["root", "add 1", "add 20", "other root"]);
}

#[dependency]
async fn app_wide(#[header] x_app: String, log: State<Log>) {
    log.note(format!("app {x_app}"));
}

#[derive(ApiError)]
enum Denied {
    /// The token of this router is another one
    #[api_error(status = 403, code = "wrong_router_token")]
    Token,
}

#[dependency]
async fn verify_token(#[header] x_router_token: String, log: State<Log>) -> Result<(), Denied> {
    log.note("router");
    if x_router_token == "right" { Ok(()) } else { Err(Denied::Token) }
}

#[dependency]
async fn of_the_operation(log: State<Log>) {
    log.note("operation");
}

#[get("/guarded", depends(of_the_operation))]
async fn guarded(root: Root, log: State<Log>) -> u32 {
    log.note("fn");
    root.0
}

#[fastrail::test]
async fn outer_dependencies_run_from_the_app_to_the_operation_and_are_documented() {
    let log = Log::default();
    let router = Router::new("/r").depends(depends![verify_token]).include(routes![guarded]);
    let app = App::new("T", "1").depends(depends![app_wide]).include(router).state(log.clone());
    let client = TestClient::new(app).await;
    let asked = client.get("/r/guarded").header("x-app", "a").header("x-router-token", "right").await;
    asked.assert_status(200).assert_json(1);
    assert_eq!(log.take(), ["app a", "router", "operation", "root", "fn"]);
    let denied = client.get("/r/guarded").header("x-app", "a").header("x-router-token", "wrong").await;
    denied.assert_status(403).assert_json(json!({ "detail": "The token of this router is another one" }));
    assert_eq!(log.take(), ["app a", "router"]);
    let missing = client.get("/r/guarded?root=x").await;
    let places: Vec<Value> = (0..3).map(|index| missing.at(&format!("/detail/{index}/loc"))).collect();
    missing.assert_status(422);
    assert_eq!(places, [json!(["header", "x-app"]), json!(["header", "x-router-token"]), json!(["query", "root"])]);
    assert_eq!(log.take(), Vec::<String>::new());

    let operation = &client.openapi()["paths"]["/r/guarded"]["get"];
    let names: Vec<&Value> = operation["parameters"].as_array().expect("a list").iter().map(|p| &p["name"]).collect();
    assert_eq!(names, ["root", "x-app", "x-router-token"]);
    assert_eq!(operation["responses"]["403"]["description"], "The token of this router is another one");
}

#[dependency]
async fn reads_the_body(#[form] token: String, log: State<Log>) {
    log.note(token);
}

#[post("/posted")]
async fn posted() {}

#[fastrail::test]
async fn an_outer_dependency_may_read_the_body() {
    let log = Log::default();
    let app = App::new("T", "1").depends(depends![reads_the_body]).include(routes![posted]).state(log.clone());
    let client = TestClient::new(app).await;
    client.post("/posted").form([("token", "t")]).await.assert_status(204);
    assert_eq!(log.take(), ["t"]);
    client.post("/posted").await.assert_status(422);
}

#[derive(Clone)]
struct Failing;

#[dependency]
async fn failing() -> Result<Failing, Denied> {
    Err(Denied::Token)
}

#[derive(Clone, Dependency)]
struct Deep {
    _failing: Failing,
}

#[get("/fails")]
async fn fails(_deep: Deep, log: State<Log>) {
    log.note("fn");
}

#[fastrail::test]
async fn the_error_of_a_dependency_two_levels_down_is_the_answer_and_is_documented() {
    let log = Log::default();
    let client = TestClient::new(App::new("T", "1").include(routes![fails]).state(log.clone())).await;
    client.get("/fails").await.assert_status(403);
    assert_eq!(log.take(), Vec::<String>::new());
    assert!(client.openapi()["paths"]["/fails"]["get"]["responses"].get("403").is_some());
}

/// Runs on the blocking pool
#[dependency(blocking, explicit)]
fn slow(#[query(default = 2)] factor: u64) -> Result<u64, fastrail::Error> {
    std::thread::yield_now();
    Ok(factor * 2)
}

#[get("/slow")]
async fn takes_slow(#[depends(slow)] value: u64) -> u64 {
    value
}

#[fastrail::test]
async fn a_blocking_dependency_runs_on_the_pool() {
    // `u64` is a scalar, so its provider is named at the argument.
    let client = TestClient::new(App::new("T", "1").include(routes![takes_slow])).await;
    client.get("/slow?factor=4").await.assert_status(200).assert_json(8);
}

#[get("/two-down")]
async fn two_down(right: Right, #[depends(add(1))] sum: u32) -> Value {
    json!([right.root.0, sum])
}

#[fastrail::test]
async fn an_override_reaches_two_levels_down_and_takes_no_input() {
    let log = Log::default();
    let app = App::new("T", "1").include(routes![two_down]).state(log.clone());
    let client = TestClient::new(app.override_dependency(|| async { Ok(Root(40)) })).await;
    client.get("/two-down?root=wrong").await.assert_status(200).assert_json(json!([40, 41]));
    assert_eq!(log.take(), ["add 1"]);
}

#[fastrail::test]
async fn an_override_that_fails_is_the_answer() {
    let app = App::new("T", "1").include(routes![two_down]).state(Log::default());
    let failing = app.override_dependency::<Root, _, _>(|| async { Err(fastrail::Error::new(418, "short and stout")) });
    let client = TestClient::new(failing).await.unchecked();
    client.get("/two-down").await.assert_status(418).assert_json(json!({ "detail": "short and stout" }));
}

#[derive(Clone)]
struct Pool(&'static str);

#[get("/pool")]
async fn pool(pool: State<Pool>) -> &'static str {
    pool.0.0
}

#[fastrail::test]
async fn state_is_overridden_by_type_and_missed_at_the_start() {
    let app = || App::new("T", "1").include(routes![pool]);
    let client = TestClient::new(app().state(Pool("real"))).await;
    client.get("/pool").await.assert_status(200).assert_json("real");
    let client = TestClient::new(app().override_dependency(|| async { Ok(Pool("fake")) })).await;
    client.get("/pool").await.assert_status(200).assert_json("fake");
    let error = TestClient::try_new(app()).await.expect_err("nothing provides the pool");
    let told = error.to_string();
    for part in ["`pool`", "Pool>`", "App::state"] {
        assert!(told.contains(part), "{part} in {told}");
    }
}

/// What is new at each use
#[derive(Clone)]
struct Ticket(u32);

#[dependency(cache = false)]
async fn ticket(root: Root, counter: State<Log>) -> Ticket {
    counter.note("ticket");
    Ticket(root.0)
}

#[get("/tickets", depends(ticket))]
async fn tickets(one: Ticket, two: Ticket, #[depends(ticket)] three: Ticket) -> u32 {
    one.0 + two.0 + three.0
}

#[get("/fresh")]
async fn fresh(
    root: Root,
    left: Left,
    #[depends(cache = false)] again: Root,
    #[depends(root, cache = false)] once_more: Root,
) -> Value {
    json!([root.0, left.0, again.0, once_more.0])
}

#[fastrail::test]
async fn the_cache_is_left_out_by_the_dependency_or_at_the_argument() {
    let log = Log::default();
    let client = TestClient::new(App::new("T", "1").include(routes![tickets, fresh]).state(log.clone())).await;
    client.get("/tickets?root=2").await.assert_status(200).assert_json(6);
    assert_eq!(log.take(), ["root", "ticket", "ticket", "ticket", "ticket"], "what it takes is shared all the same");
    client.get("/fresh?root=7").await.assert_status(200).assert_json(json!([7, 8, 7, 7]));
    assert_eq!(log.take(), ["root", "left", "root", "root"]);
    let complaint = client.get("/fresh?root=x").await;
    complaint.assert_status(422);
    let parameters = client.openapi()["paths"]["/fresh"]["get"]["parameters"].clone();
    assert_eq!(parameters.as_array().map(Vec::len), Some(1), "one parameter, however often it is read");
}

#[fastrail::test]
async fn an_override_replaces_what_is_not_cached_too() {
    let log = Log::default();
    let app = App::new("T", "1").include(routes![tickets, fresh]).state(log.clone());
    let client = TestClient::new(app.override_dependency(|| async { Ok(Root(1)) })).await;
    client.get("/fresh?root=x").await.assert_status(200).assert_json(json!([1, 2, 1, 1]));
    assert_eq!(log.take(), ["left"]);
}

mod elsewhere {
    //! A dependency of another module, with a private argument type.

    use fastrail::prelude::*;

    #[derive(Clone)]
    pub(super) struct Inside(u8);

    #[dependency]
    fn inside() -> Inside {
        Inside(3)
    }

    #[derive(Clone)]
    pub(super) struct Outside(pub(super) u8);

    #[dependency]
    pub(super) async fn outside(inside: Inside) -> Outside {
        Outside(inside.0 + 1)
    }
}

#[get("/elsewhere")]
async fn uses_elsewhere(outside: elsewhere::Outside) -> u8 {
    outside.0
}

#[fastrail::test]
async fn dependencies_live_in_modules_and_stay_fns() {
    let client = TestClient::new(App::new("T", "1").include(routes![uses_elsewhere])).await;
    client.get("/elsewhere").await.assert_status(200).assert_json(4);
    assert_eq!(left(Root(1), State(Log::default())).0, 2);
    assert_eq!(add(2, Root(1), State(Log::default())).await, 3);
}

#[get("/by-name", depends(root))]
async fn by_name(root: Root, #[depends(root)] again: Root) -> Value {
    json!([root.0, again.0])
}

#[fastrail::test]
async fn a_type_and_the_fn_that_makes_it_are_one_dependency() {
    let log = Log::default();
    let client = TestClient::new(App::new("T", "1").include(routes![by_name]).state(log.clone())).await;
    client.get("/by-name?root=3").await.assert_status(200).assert_json(json!([3, 3]));
    assert_eq!(log.take(), ["root"]);
}
