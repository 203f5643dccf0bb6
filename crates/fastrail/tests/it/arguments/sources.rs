//! Queries, headers and cookies: scalars, lists and groups.

use fastrail::prelude::*;
use serde_json::{Value, json};

use super::Colour;

/// A page of a list
#[derive(Debug, Serialize, Deserialize, Schema)]
#[serde(deny_unknown_fields)]
struct Paging {
    /// How many to leave out
    #[serde(default)]
    #[schema(ge = 0)]
    skip: u32,
    colour: Option<Colour>,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Tracing {
    x_trace: String,
    #[serde(default)]
    x_hops: Vec<u8>,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Visit {
    visits: u32,
    theme: Option<String>,
}

#[get("/query")]
async fn query(
    implicit: u8,
    #[query(alias = "item-query")] q: Option<String>,
    #[query(ge = 1, default = 10)] limit: u32,
    #[query(default = "name")] sort: String,
    #[query] ids: Vec<i64>,
    #[query(default)] marks: BTreeSet<String>,
) -> Value {
    json!([implicit, q, limit, sort, ids, marks])
}

#[fastrail::test]
async fn query_parameters_come_as_scalars_options_defaults_aliases_and_lists() {
    let client = TestClient::new(App::new("T", "1").include(routes![query])).await;
    let full = "/query?implicit=1&item-query=a+b%26&limit=3&sort=id&ids=1&ids=2&marks=x&marks=y&unknown=1";
    client.get(full).await.assert_status(200).assert_json(json!([1, "a b&", 3, "id", [1, 2], ["x", "y"]]));
    client.get("/query?implicit=7&ids=5").await.assert_json(json!([7, null, 10, "name", [5], []]));
    client.get("/query?implicit=1&implicit=2&ids=5").await.assert_json(json!([2, null, 10, "name", [5], []]));
    let wrong = client.get("/query?item-query=x&limit=0&ids=1&ids=b&marks=x&marks=x").await;
    let places: Vec<Value> = wrong.at("/detail").as_array().expect("errors").iter().map(|e| e["loc"].clone()).collect();
    wrong.assert_status(422);
    assert_eq!(
        places,
        [
            json!(["query", "implicit"]),
            json!(["query", "limit"]),
            json!(["query", "ids", 1]),
            json!(["query", "marks", 1])
        ]
    );
    let missing = client.get("/query?implicit=1").await;
    missing.assert_status(422).assert_json(json!({ "detail": [
        { "type": "missing", "loc": ["query", "ids"], "msg": "Field required", "input": null },
    ] }));
}

#[get("/query-group")]
async fn query_group(#[query] paging: Paging, #[query] other: Option<u8>) -> Value {
    json!([paging, other])
}

#[fastrail::test]
async fn a_query_group_is_a_struct_and_may_refuse_what_nobody_declares() {
    let client = TestClient::new(App::new("T", "1").include(routes![query_group])).await;
    client
        .get("/query-group?skip=2&colour=deep-blue&tags=a&tags=b&other=4")
        .await
        .assert_status(200)
        .assert_json(json!([{ "skip": 2, "colour": "deep-blue", "tags": ["a", "b"] }, 4]));
    client.get("/query-group").await.assert_json(json!([{ "skip": 0, "colour": null, "tags": [] }, null]));
    client.get("/query-group?skip=-1&colour=green&extra=1").await.assert_status(422).assert_json(json!({ "detail": [
        {
            "type": "greater_than_equal",
            "loc": ["query", "skip"],
            "msg": "Input should be greater than or equal to 0",
            "input": "-1",
            "ctx": { "ge": 0 },
        },
        {
            "type": "enum",
            "loc": ["query", "colour"],
            "msg": "Input should be 'red' or 'deep-blue'",
            "input": "green",
            "ctx": { "expected": "'red' or 'deep-blue'" },
        },
        {
            "type": "extra_forbidden",
            "loc": ["query", "extra"],
            "msg": "Extra inputs are not permitted",
            "input": "1",
        },
    ] }));
    let parameters = client.openapi()["paths"]["/query-group"]["get"]["parameters"].clone();
    let names: Vec<Value> = parameters.as_array().expect("a list").iter().map(|p| p["name"].clone()).collect();
    assert_eq!(names, ["skip", "colour", "tags", "other"]);
    assert_eq!(parameters[0]["description"], "How many to leave out");
    assert_eq!(parameters[0]["required"], false);
}

#[get("/headers")]
async fn headers(
    #[header] x_token: String,
    #[header] user_agent: Option<String>,
    #[header(alias = "X_Odd")] odd: Option<String>,
    #[header(default = 3, le = 9)] x_depth: u8,
    #[header(default)] x_list: Vec<String>,
) -> Value {
    json!([x_token, user_agent, odd, x_depth, x_list])
}

#[get("/header-group")]
async fn header_group(#[header] tracing: Tracing) -> Tracing {
    tracing
}

#[fastrail::test]
async fn headers_are_hyphenated_and_repeat_for_lists() {
    let client = TestClient::new(App::new("T", "1").include(routes![headers, header_group])).await;
    client
        .get("/headers")
        .header("X-TOKEN", "t")
        .header("user-agent", "test")
        .header("x_odd", "o")
        .header("x-depth", "9")
        .also_header("x-list", "a")
        .also_header("x-list", "b")
        .await
        .assert_status(200)
        .assert_json(json!(["t", "test", "o", 9, ["a", "b"]]));
    client.get("/headers").header("x-token", "t").await.assert_json(json!(["t", null, null, 3, []]));
    let wrong = client.get("/headers").header("x-depth", "10").await;
    wrong.assert_status(422);
    assert_eq!(wrong.at("/detail/0/loc"), json!(["header", "x-token"]));
    assert_eq!(wrong.at("/detail/1/loc"), json!(["header", "x-depth"]));
    let group = client.get("/header-group").header("x-trace", "abc").header("x-hops", "1").also_header("x-hops", "2");
    group.await.assert_status(200).assert_json(json!({ "x_trace": "abc", "x_hops": [1, 2] }));
    let wrong = client.get("/header-group").header("x-hops", "300").await;
    wrong.assert_status(422);
    assert_eq!(wrong.at("/detail/0/loc/0"), "header");
    let names = |path: &str| -> Vec<Value> {
        let parameters = client.openapi()["paths"][path]["get"]["parameters"].as_array().expect("a list");
        parameters.iter().map(|p| p["name"].clone()).collect()
    };
    assert_eq!(names("/headers"), ["x-token", "user-agent", "X_Odd", "x-depth", "x-list"]);
    assert_eq!(names("/header-group"), ["x-trace", "x-hops"]);
}

#[get("/cookies")]
async fn cookies(
    #[cookie] session: String,
    #[cookie(default = 1)] visits: u32,
    #[cookie] theme: Option<Colour>,
) -> Value {
    json!([session, visits, theme])
}

#[get("/cookie-group")]
async fn cookie_group(#[cookie] visit: Visit) -> Visit {
    visit
}

#[fastrail::test]
async fn cookies_are_read_from_one_header_or_several() {
    let client = TestClient::new(App::new("T", "1").include(routes![cookies, cookie_group])).await;
    let one = client.get("/cookies").header("cookie", "session=a=b; visits=4;theme=\"red\"").await;
    one.assert_status(200).assert_json(json!(["a=b", 4, "red"]));
    let several = client.get("/cookies").header("cookie", "session=a").also_header("cookie", "visits=5").await;
    several.assert_json(json!(["a", 5, null]));
    let wrong = client.get("/cookies").header("cookie", "visits=x; theme=green").await;
    wrong.assert_status(422);
    let places: Vec<Value> = (0..3).map(|i| wrong.at(&format!("/detail/{i}/loc"))).collect();
    assert_eq!(places, [json!(["cookie", "session"]), json!(["cookie", "visits"]), json!(["cookie", "theme"])]);
    let group = client.get("/cookie-group").header("cookie", "visits=2; other=1").await;
    group.assert_status(200).assert_json(json!({ "visits": 2, "theme": null }));
}

#[fastrail::test]
async fn a_cookie_of_somebody_else_that_is_no_text_does_no_harm() {
    let client = TestClient::new(App::new("T", "1").include(routes![cookies])).await;
    let foreign = http::HeaderValue::from_bytes(b"tracker=\xff\xfe").expect("obs-text");
    let response = client.get("/cookies").header("cookie", "session=s").also_header_value("cookie", foreign).await;
    response.assert_status(200).assert_json(json!(["s", 1, null]));
}
