//! Which operation answers: methods, prefixes, placeholders, clashes.

use std::convert::Infallible;

use fastrail::Body;
use fastrail::prelude::*;
use http::{Method, Request, Response};
use serde_json::json;

use crate::support::problems;

#[get("/async/{id}")]
async fn on_the_runtime(id: i64) -> String {
    format!("async {id}")
}

#[get("/plain/{id}")]
fn on_the_blocking_pool(id: i64) -> String {
    assert!(tokio::runtime::Handle::try_current().is_ok(), "the pool knows its runtime");
    format!("{} {id}", std::thread::current().name().unwrap_or_default())
}

#[fastrail::test]
async fn async_and_plain_fns_answer_and_stay_fns() {
    let client = TestClient::new(App::new("T", "1").include(routes![on_the_runtime, on_the_blocking_pool])).await;
    client.get("/async/1").await.assert_status(200).assert_json("async 1");
    let plain: String = client.get("/plain/2").await.json();
    assert!(plain.ends_with(" 2"), "{plain}");
    assert_eq!(on_the_runtime(3).await, "async 3");
    assert!(on_the_blocking_pool(4).ends_with(" 4"));
}

/// Blocks its thread until another request on the pool has come as well
#[get("/meet")]
fn meet(State(barrier): State<std::sync::Arc<std::sync::Barrier>>) -> &'static str {
    barrier.wait();
    "met"
}

#[fastrail::test]
async fn plain_fns_block_no_thread_of_the_runtime() {
    let count = 8; // more than the test runtime's two threads
    let app = App::new("T", "1").include(routes![meet]).state(std::sync::Arc::new(std::sync::Barrier::new(count)));
    let client = TestClient::new(app).await;
    let requests = (0..count).map(|_| async { client.get("/meet").await.assert_status(200).status() });
    assert_eq!(futures_util::future::join_all(requests).await.len(), count);
}

/// Reads or replaces
#[get("/both/{id}", tags("reading"))]
#[put("/both/{id}", status = 202, summary = "Replace it")]
#[get("/also/{id}", operation_id = "read_also")]
async fn both(id: u8) -> u8 {
    id
}

#[fastrail::test]
async fn several_method_attributes_stand_on_one_fn() {
    let client = TestClient::new(App::new("T", "1").include(routes![both])).await;
    client.get("/both/1").await.assert_status(200).assert_json(1);
    client.put("/both/2").await.assert_status(202).assert_json(2);
    client.get("/also/3").await.assert_status(200).assert_json(3);
    let paths = &client.openapi()["paths"];
    assert_eq!(paths["/both/{id}"]["get"]["tags"], json!(["reading"]));
    assert_eq!(paths["/both/{id}"]["get"]["operationId"], "both");
    assert_eq!(paths["/both/{id}"]["put"]["summary"], "Replace it");
    assert_eq!(paths["/both/{id}"]["put"]["operationId"], "both_2");
    assert_eq!(paths["/also/{id}"]["get"]["operationId"], "read_also");
}

#[get("")]
async fn list() -> Vec<u8> {
    vec![]
}

#[get("/{id}")]
async fn read(id: u8) -> u8 {
    id
}

fn items() -> Router {
    Router::new("/items").tags(["items"]).include(routes![list, read])
}

#[fastrail::test]
async fn nested_routers_join_their_prefixes_and_pass_on_what_they_say() {
    let api = Router::new("/api/").tags(["api", "items"]).include(items());
    let old = Router::new("/old").deprecated().include(items());
    let hidden = Router::new("/hidden").hidden().include(Router::new("/deep").include(items()));
    let client = TestClient::new(App::new("T", "1").include(api).include(old).include(hidden)).await;
    for path in ["/api/items", "/old/items", "/hidden/deep/items"] {
        client.get(path).await.assert_status(200).assert_json(json!([]));
        client.get(&format!("{path}/7")).await.assert_status(200).assert_json(7);
    }
    client.get("/items").await.assert_status(404);
    let paths = client.openapi()["paths"].as_object().expect("paths");
    assert_eq!(paths.keys().collect::<Vec<_>>(), ["/api/items", "/api/items/{id}", "/old/items", "/old/items/{id}"]);
    assert_eq!(paths["/api/items"]["get"]["tags"], json!(["api", "items"]));
    assert_eq!(paths["/api/items"]["get"].get("deprecated"), None);
    assert_eq!(paths["/old/items"]["get"]["deprecated"], true);
    assert_eq!(paths["/old/items"]["get"]["operationId"], "list_2");
}

#[get("/files/{name:path}")]
async fn file(name: String) -> String {
    name
}

#[get("/raw/{*rest}")]
async fn raw(#[path(alias = "rest")] tail: String) -> String {
    tail
}

#[fastrail::test]
async fn a_path_placeholder_takes_the_rest() {
    let client = TestClient::new(App::new("T", "1").include(routes![file, raw])).await;
    client.get("/files/a/b%20c/d.txt").await.assert_status(200).assert_json("a/b c/d.txt");
    client.get("/raw/x/y").await.assert_status(200).assert_json("x/y");
    let file = &client.openapi()["paths"]["/files/{name}"]["get"];
    assert_eq!(file["parameters"][0]["name"], "name");
    assert_eq!(file["parameters"][0]["in"], "path");
    assert_eq!(file["parameters"][0]["required"], true);
}

#[get("/thing")]
async fn thing() -> String {
    "thing".to_owned()
}

#[post("/thing")]
async fn make_thing() {}

#[delete("/thing")]
async fn drop_thing() {}

#[fastrail::test]
async fn what_is_not_there_is_404_and_a_wrong_method_405_with_allow() {
    let client = TestClient::new(App::new("T", "1").include(routes![thing, make_thing, drop_thing])).await;
    client.get("/nothing").await.assert_status(404).assert_json(json!({ "detail": "Not Found" }));
    client.get("/thing/").await.assert_status(307);
    client
        .patch("/thing")
        .await
        .assert_status(405)
        .assert_header("allow", "DELETE, GET, HEAD, POST")
        .assert_json(json!({ "detail": "Method Not Allowed" }));
    client.request(Method::OPTIONS, "/thing").await.assert_status(405);
    client.post("/docs").await.assert_status(405).assert_header("allow", "GET, HEAD");
}

#[head("/own")]
async fn own_head() -> ([(http::HeaderName, &'static str); 1], ()) {
    ([(http::header::ETAG, "\"1\"")], ())
}

#[get("/own")]
async fn own_get() -> String {
    "get".to_owned()
}

#[fastrail::test]
async fn head_answers_as_get_does_without_the_body() {
    let client = TestClient::new(App::new("T", "1").include(routes![thing, make_thing, own_head, own_get])).await;
    let get = client.get("/thing").await;
    let head = client.request(Method::HEAD, "/thing").await;
    head.assert_status(200).assert_header("content-type", "application/json");
    assert!(head.bytes().is_empty());
    assert_eq!(head.header("content-length"), Some(get.bytes().len().to_string().as_str()));
    client.request(Method::HEAD, "/own").await.assert_status(204).assert_header("etag", "\"1\"");
    let missing = client.request(Method::HEAD, "/nothing").await;
    assert!(missing.assert_status(404).bytes().is_empty());
}

#[get("/users/{user_id}")]
async fn by_user_id(user_id: String) -> String {
    format!("read {user_id}")
}

#[delete("/users/{id}")]
async fn by_id(id: u8) -> String {
    format!("deleted {id}")
}

#[get("/users/me")]
async fn me() -> String {
    "me".to_owned()
}

#[fastrail::test]
async fn methods_may_name_a_placeholder_differently_and_static_beats_placeholder() {
    let client = TestClient::new(App::new("T", "1").include(routes![by_user_id, by_id, me])).await;
    client.get("/users/me").await.assert_status(200).assert_json("me");
    client.get("/users/mes").await.assert_status(200).assert_json("read mes");
    client.delete("/users/3").await.assert_status(200).assert_json("deleted 3");
    client.delete("/users/x").await.assert_status(422).assert_header("content-type", "application/json");
    // OpenAPI 3.1 §4.8.8.1: paths that differ in a placeholder's name only are the same, and must not both be there.
    let paths = client.openapi()["paths"].as_object().expect("paths");
    assert_eq!(paths.keys().collect::<Vec<_>>(), ["/users/{user_id}", "/users/me"]);
    assert_eq!(paths["/users/{user_id}"]["delete"]["parameters"][0]["name"], "user_id");
}

#[get("/users/{other}")]
async fn same_again(other: String) -> String {
    other
}

#[fastrail::test]
async fn two_routes_for_one_request_are_refused_with_both_places() {
    let found = problems(App::new("T", "1").include(routes![by_user_id, by_id, same_again]));
    assert_eq!(found.len(), 1, "{found:?}");
    for part in ["GET /users/{other}", "`by_user_id` at ", "`same_again` at ", "tests/it/routing.rs:"] {
        assert!(found[0].contains(part), "{part} in {found:?}");
    }
    assert_eq!(found[0].matches("routing.rs:").count(), 2, "{found:?}");
}

#[get("/{*everything}")]
async fn everything(everything: String) -> String {
    everything
}

#[get("/{anything}")]
async fn anything(anything: String) -> String {
    anything
}

#[fastrail::test]
async fn what_matches_the_same_paths_is_refused_with_both_places() {
    let found = problems(App::new("T", "1").include(routes![everything, anything]));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("`everything` at ") && found[0].contains("`anything` at "), "{found:?}");
}

#[get("/docs")]
async fn docs_of_mine() -> String {
    "mine".to_owned()
}

#[get("/below/special")]
async fn below_special() -> String {
    "special".to_owned()
}

#[get("/below/{id}")]
async fn below_id(id: String) -> String {
    id
}

#[derive(Clone)]
struct Echo;

impl tower::Service<Request<Body>> for Echo {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        std::future::ready(Ok(Response::new(Body::from(format!("{} {}", request.method(), request.uri())))))
    }
}

#[fastrail::test]
async fn clashes_with_mounts_and_pages_are_refused_with_both_places() {
    let found = problems(App::new("T", "1").include(routes![docs_of_mine]));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("`docs_of_mine` at ") && found[0].contains("documentation"), "{found:?}");

    let found = problems(App::new("T", "1").include(routes![thing]).mount("/thing", Echo));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("`thing` at ") && found[0].contains("mounted"), "{found:?}");
    assert_eq!(found[0].matches("routing.rs:").count(), 2, "{found:?}");

    let found = problems(App::new("T", "1").include(routes![below_id]).mount("/below", Echo));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].matches("routing.rs:").count(), 2, "{found:?}");

    let found = problems(App::new("T", "1").mount("/files", Echo).mount("/files/", Echo));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].matches("routing.rs:").count(), 2, "{found:?}");

    let found = problems(App::new("T", "1").mount("/docs", Echo));
    assert!(!found.is_empty() && found.iter().all(|problem| problem.contains("documentation")), "{found:?}");

    for path in ["files", "/{tenant}/files"] {
        let found = problems(App::new("T", "1").mount(path, Echo));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(path) && found[0].contains("routing.rs:"), "{found:?}");
    }
}

#[fastrail::test]
async fn a_mount_takes_what_no_route_below_it_answers() {
    let app = App::new("T", "1").include(routes![below_special]).mount("/below", Echo).mount("/", Echo);
    let client = TestClient::new(app).await;
    client.get("/below/special").await.assert_status(200).assert_json("special");
    for (asked, seen) in [
        ("/below", "GET /"),
        ("/below/", "GET /"),
        ("/below?q=1", "GET /?q=1"),
        ("/below/a%2Fb/c?q=1", "GET /a%2Fb/c?q=1"),
        ("/elsewhere/x", "GET /elsewhere/x"),
        ("/", "GET /"),
    ] {
        assert_eq!(client.get(asked).await.text(), seen, "{asked}");
    }
    client.get("/docs").await.assert_header("content-type", "text/html; charset=utf-8");
}

#[get("/nine")]
async fn needs_tenant(#[path(prefix)] tenant: String) -> String {
    tenant
}

#[fastrail::test]
async fn a_path_argument_may_come_from_the_prefix_and_must_come_from_somewhere() {
    let client =
        TestClient::new(App::new("T", "1").include(Router::new("/t/{tenant}").include(routes![needs_tenant]))).await;
    client.get("/t/acme/nine").await.assert_status(200).assert_json("acme");
    let found = problems(App::new("T", "1").include(Router::new("/t").include(routes![needs_tenant])));
    assert_eq!(found.len(), 1, "{found:?}");
    for part in ["`needs_tenant` at ", "routing.rs:", "`tenant`", "/t/nine"] {
        assert!(found[0].contains(part), "{part} in {found:?}");
    }
}

#[get("/unread/{tenant}/{id}")]
async fn unread(id: u8) -> u8 {
    id
}

#[fastrail::test]
async fn a_placeholder_that_nobody_reads_is_documented_all_the_same() {
    let client = TestClient::new(App::new("T", "1").include(routes![unread])).await;
    client.get("/unread/acme/5").await.assert_status(200).assert_json(5);
    let parameters = client.openapi()["paths"]["/unread/{tenant}/{id}"]["get"]["parameters"].clone();
    let names: Vec<_> = parameters.as_array().expect("parameters").iter().map(|p| p["name"].clone()).collect();
    assert_eq!(names, ["id", "tenant"]);
}

#[get("/text/{text}")]
async fn text(text: String) -> String {
    text
}

#[get("/straße/{text}")]
async fn umlauts(text: String) -> String {
    text
}

#[fastrail::test]
async fn paths_are_percent_decoded_and_bytes_that_are_no_text_refused() {
    let client = TestClient::new(App::new("T", "1").include(routes![text, umlauts])).await;
    for (sent, read) in
        [("a%20b", "a b"), ("a+b", "a+b"), ("a%2Fb", "a/b"), ("%C3%A4", "ä"), ("100%25", "100%"), ("%zz", "%zz")]
    {
        client.get(&format!("/text/{sent}")).await.assert_status(200).assert_json(read);
    }
    client.get("/text/%ff").await.assert_status(422).assert_json(json!({ "detail": [{
        "type": "string_unicode",
        "loc": ["path", "text"],
        "msg": "Input should be a valid string, unable to parse raw data as a unicode string",
        "input": null,
    }] }));
    client.get("/stra%C3%9Fe/x").await.assert_status(200).assert_json("x");
}

#[fastrail::test]
async fn every_problem_of_a_build_is_told_at_once() {
    let app = App::new("T", "1").include(Router::new("no-slash").include(routes![list])).include(routes![
        by_user_id,
        same_again,
        needs_tenant
    ]);
    let error = app.build().expect_err("three problems");
    assert_eq!(error.problems().len(), 3, "{error}");
    assert!(error.problems()[0].contains("`no-slash`"), "{error}");
    assert_eq!(error.to_string().lines().count(), 4, "{error}");
}
