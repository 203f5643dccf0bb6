//! Where arguments come from: every source, in every form; and how each scalar is read.

use std::collections::HashMap;

use chrono::{FixedOffset, NaiveDateTime};
use fastrail::prelude::*;
use serde_json::{Value, json};

/// One of three
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Schema)]
#[serde(rename_all = "kebab-case")]
enum Colour {
    Red,
    DeepBlue,
}

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

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Login {
    user: String,
    #[schema(min_length = 8)]
    password: String,
    #[serde(default)]
    roles: Vec<String>,
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

#[post("/form")]
async fn form(
    #[form] user: String,
    #[form(min_length = 3)] password: SecretString,
    #[form(default = 1)] age: u8,
    #[form] note: Option<String>,
    #[form(default)] tags: Vec<String>,
) -> Value {
    json!([user, password.expose_secret().len(), age, note, tags])
}

#[post("/form-model")]
async fn form_model(#[form] login: Login) -> Login {
    login
}

#[fastrail::test]
async fn forms_come_field_by_field_or_as_a_model_and_empty_is_missing() {
    let client = TestClient::new(App::new("T", "1").include(routes![form, form_model])).await;
    let full = [("user", "ä b"), ("password", "secret"), ("age", "3"), ("note", "n"), ("tags", "x"), ("tags", "y")];
    client.post("/form").form(full).await.assert_status(200).assert_json(json!(["ä b", 6, 3, "n", ["x", "y"]]));
    let few = [("user", "a"), ("password", "abc"), ("age", ""), ("note", "")];
    client.post("/form").form(few).await.assert_status(200).assert_json(json!(["a", 3, 1, null, []]));
    let empty = client.post("/form").form([("user", ""), ("password", "")]).await;
    empty.assert_status(422).assert_json(json!({ "detail": [
        { "type": "missing", "loc": ["body", "user"], "msg": "Field required", "input": null },
        { "type": "missing", "loc": ["body", "password"], "msg": "Field required", "input": null },
    ] }));
    let no_form = client.post("/form").json(json!({ "user": "a", "password": "abc" })).await;
    no_form.assert_status(422);
    assert_eq!(no_form.at("/detail/0/type"), "missing");

    let login = [("user", "a"), ("password", "long enough"), ("roles", "x"), ("roles", "y")];
    let model = client.post("/form-model").form(login).await;
    model.assert_status(200).assert_json(json!({ "user": "a", "password": "long enough", "roles": ["x", "y"] }));
    let wrong = client.post("/form-model").form([("user", ""), ("password", "short")]).await;
    wrong.assert_status(422);
    assert_eq!((wrong.at("/detail/0/loc"), wrong.at("/detail/0/type")), (json!(["body", "user"]), json!("missing")));
    assert_eq!(wrong.at("/detail/1/type"), "string_too_short");

    let body = &client.openapi()["paths"]["/form"]["post"]["requestBody"];
    assert_eq!(body["required"], true);
    let schema = &body["content"]["application/x-www-form-urlencoded"]["schema"]["$ref"];
    assert_eq!(*schema, "#/components/schemas/Body_form");
    let fields = &client.openapi()["components"]["schemas"]["Body_form"];
    assert_eq!(fields["required"], json!(["user", "password"]));
    assert_eq!(fields["properties"]["password"]["format"], "password");
}

#[get("/keys")]
async fn keys(#[header] x_key: SecretString, #[query] q: Option<SecretString>) -> usize {
    x_key.expose_secret().len() + q.map_or(0, |q| q.expose_secret().len())
}

/// What makes an account
#[derive(Deserialize, Schema)]
struct Account {
    name: String,
    #[schema(min_length = 12)]
    password: SecretString,
}

#[post("/accounts")]
async fn make_account(body: Account) -> usize {
    body.password.expose_secret().len() + body.name.len()
}

#[post("/accounts/form")]
async fn make_account_by_form(#[form] account: Account) -> usize {
    account.password.expose_secret().len() + account.name.len()
}

#[post("/short")]
async fn short_secret(#[form(max_length = 3)] pin: SecretString) -> usize {
    pin.expose_secret().len()
}

#[fastrail::test]
async fn secrets_are_read_everywhere_and_echoed_nowhere() {
    let app = || App::new("T", "1").include(routes![keys, make_account, make_account_by_form, short_secret]);
    for app in [app(), app().errors(ProblemDetails::new())] {
        let client = TestClient::new(app).await;
        client.get("/keys?q=12").header("x-key", "123").await.assert_status(200).assert_json(5);
        let refused = [
            client.post("/accounts").json(json!({ "name": "a", "password": "hunter2" })).await,
            client.post("/accounts").json(json!({ "password": "hunter2" })).await,
            client.post("/accounts").json(json!({ "name": "a", "password": ["hunter2"] })).await,
            client.post("/accounts").json(json!(["hunter2"])).await,
            client.post("/accounts").json(json!("hunter2")).await,
            client.post("/accounts").body("application/json", "{\"name\": \"a\", \"password\": \"hunter2\"").await,
            client.post("/accounts/form").form([("password", "hunter2")]).await,
            client.post("/short").form([("pin", "hunter2")]).await,
        ];
        for response in &refused {
            response.assert_status(422);
            assert!(!response.text().contains("hunter2"), "{response:?}");
        }
    }
}

#[get("/tuple/{kind}/{type}")]
async fn raw_identifiers(
    r#type: String,
    #[query] r#match: Option<u8>,
    #[header] r#use: Option<String>,
    kind: Colour,
) -> Value {
    json!([r#type, r#match, r#use, kind])
}

#[get("/fn")]
async fn r#fn() -> u8 {
    1
}

#[fastrail::test]
async fn raw_identifiers_are_plain_names_on_the_wire() {
    let client = TestClient::new(App::new("T", "1").include(routes![raw_identifiers, r#fn])).await;
    let response = client.get("/tuple/red/x?match=2").header("use", "u").await;
    response.assert_status(200).assert_json(json!(["x", 2, "u", "red"]));
    client.get("/fn").await.assert_json(1);
    let paths = &client.openapi()["paths"];
    assert_eq!(paths["/fn"]["get"]["operationId"], "fn");
    assert!(paths.get("/tuple/{kind}/{type}").is_some(), "{paths:#}");
}

#[derive(Clone)]
struct Pool {
    name: &'static str,
}

#[get("/patterns/{id}")]
async fn patterns(
    State(Pool { name }): State<Pool>,
    /// Which one
    ///
    /// More about it.
    #[path(ge = 1, title = "The id", example = 7)]
    mut id: i64,
    #[query(deprecated, description = "Old")] _unused: Option<u8>,
    #[query(hidden)] secret_switch: Option<bool>,
) -> Value {
    id += 1;
    json!([name, id, secret_switch])
}

#[fastrail::test]
async fn arguments_may_be_patterns_and_carry_their_documentation() {
    let app = App::new("T", "1").include(routes![patterns]).state(Pool { name: "main" });
    let client = TestClient::new(app).await;
    client.get("/patterns/4?secret_switch=on").await.assert_status(200).assert_json(json!(["main", 5, true]));
    let parameters = client.openapi()["paths"]["/patterns/{id}"]["get"]["parameters"].clone();
    assert_eq!(
        parameters,
        json!([
            {
                "name": "id",
                "in": "path",
                "required": true,
                "description": "Which one\n\nMore about it.",
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": i64::MAX,
                    "title": "The id",
                    "description": "Which one\n\nMore about it.",
                },
                "example": 7,
            },
            {
                "name": "_unused",
                "in": "query",
                "required": false,
                "description": "Old",
                "deprecated": true,
                "schema": {
                    "anyOf": [{ "type": "integer", "minimum": 0, "maximum": 255 }, { "type": "null" }],
                    "title": " Unused",
                    "description": "Old",
                    "deprecated": true,
                },
            },
        ])
    );
}

macro_rules! scalar_operations {
    ($($name:ident: $type:ty),* $(,)?) => { $(
        #[get("/value")]
        async fn $name(#[query] value: $type) -> Value {
            json!(value)
        }
    )* };
}

scalar_operations! {
    an_i8: i8, an_i64: i64, a_u16: u16, a_u64: u64, an_f64: f64, a_bool: bool, a_char: char, a_string: String,
    a_decimal: Decimal, a_uuid: Uuid, a_url: url::Url, an_email: Email, a_date: NaiveDate, a_time: NaiveTime,
    a_local: NaiveDateTime, a_utc: DateTime<Utc>, an_offset: DateTime<FixedOffset>, an_enum: Colour,
}

/// Asks with a value that is read, and with one that is refused for this reason
async fn scalar(operation: Vec<fastrail::routing::Route>, good: (&str, Value), bad: (&str, &str)) {
    let client = TestClient::new(App::new("T", "1").include(operation)).await;
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let response = client.get(&format!("/value?value={}", encode(good.0))).await;
    response.assert_status(200).assert_json(good.1);
    let response = client.get(&format!("/value?value={}", encode(bad.0))).await;
    response.assert_status(422);
    assert_eq!(response.at("/detail/0/type"), bad.1, "{response:?}");
    assert_eq!(response.at("/detail/0/input"), bad.0, "{response:?}");
    assert_eq!(response.at("/detail/0/loc"), json!(["query", "value"]));
}

#[fastrail::test]
async fn every_scalar_has_its_grammar() {
    scalar(routes![an_i8], ("-128", json!(-128)), ("128", "less_than_equal")).await;
    scalar(routes![an_i64], ("+7", json!(7)), ("seven", "int_parsing")).await;
    scalar(routes![a_u16], ("65535", json!(65535)), ("-1", "greater_than_equal")).await;
    scalar(routes![a_u64], ("18446744073709551615", json!(u64::MAX)), ("1.5", "int_parsing")).await;
    scalar(routes![an_f64], ("1.5e3", json!(1500.0)), ("1,5", "float_parsing")).await;
    for (word, value) in [("yes", true), ("ON", true), ("1", true), ("off", false), ("False", false), ("n", false)] {
        scalar(routes![a_bool], (word, json!(value)), ("perhaps", "bool_parsing")).await;
    }
    scalar(routes![a_char], ("ä", json!("ä")), ("ab", "string_too_long")).await;
    scalar(routes![a_decimal], ("12.30", json!("12.30")), ("12,30", "decimal_parsing")).await;
    let id = "0198f0a2-5a3c-7d11-9c5e-0d6f3a1b2c4d";
    scalar(routes![a_uuid], (id, json!(id)), ("0198f0a2", "uuid_parsing")).await;
    scalar(routes![a_url], ("https://a.example/b", json!("https://a.example/b")), ("a.example", "url_parsing")).await;
    scalar(routes![an_email], ("a@b.example", json!("a@b.example")), ("a.b.example", "value_error")).await;
    scalar(routes![a_date], ("2026-02-28", json!("2026-02-28")), ("2026-02-30", "date_from_datetime_parsing")).await;
    scalar(routes![a_time], ("23:59:58", json!("23:59:58")), ("25:00:00", "time_parsing")).await;
    scalar(
        routes![a_local],
        ("2026-02-28T23:59:58", json!("2026-02-28T23:59:58")),
        ("yesterday", "datetime_from_date_parsing"),
    )
    .await;
    scalar(
        routes![a_utc],
        ("2026-02-28T23:59:58+02:00", json!("2026-02-28T21:59:58Z")),
        ("2026-02-28T23:59:58", "timezone_aware"),
    )
    .await;
    scalar(
        routes![an_offset],
        ("2026-02-28T23:59:58+02:00", json!("2026-02-28T23:59:58+02:00")),
        ("now", "datetime_from_date_parsing"),
    )
    .await;
    scalar(routes![an_enum], ("deep-blue", json!("deep-blue")), ("DeepBlue", "enum")).await;
    let client = TestClient::new(App::new("T", "1").include(routes![a_string])).await;
    client.get("/value?value=").await.assert_status(200).assert_json("");
    client.get("/value?value=%ff").await.assert_status(422);
}

#[post("/maps")]
async fn maps(body: HashMap<String, Vec<Option<u8>>>) -> usize {
    body.values().map(Vec::len).sum()
}

#[post("/any")]
async fn any(body: Value) -> Value {
    body
}

#[fastrail::test]
async fn maps_lists_and_anything_are_bodies() {
    let client = TestClient::new(App::new("T", "1").include(routes![maps, any])).await;
    client.post("/maps").json(json!({ "a": [1, null], "b": [] })).await.assert_status(200).assert_json(2);
    let wrong = client.post("/maps").json(json!({ "a": [1, 256], "b": 1 })).await;
    wrong.assert_status(422);
    assert_eq!((wrong.at("/detail/0/loc"), wrong.at("/detail/1/loc")), (json!(["body", "a", 1]), json!(["body", "b"])));
    client.post("/any").json(json!([1, { "a": null }])).await.assert_status(200).assert_json(json!([1, { "a": null }]));
}

/// What a client changes
#[derive(Deserialize, Schema)]
struct Change {
    #[serde(default)]
    #[schema(min_length = 1)]
    name: Patch<String>,
    #[serde(default)]
    note: Patch<Option<String>>,
}

#[patch("/things/{id}")]
async fn change(id: u8, body: Change) -> Value {
    let told = |patch: Patch<Option<String>>| match patch {
        Patch::Absent => json!("absent"),
        Patch::Set(value) => json!(value),
    };
    json!([id, told(body.name.map(Some)), told(body.note)])
}

#[fastrail::test]
async fn a_patch_tells_absent_null_and_a_value_apart() {
    let client = TestClient::new(App::new("T", "1").include(routes![change])).await;
    client.patch("/things/1").json(json!({})).await.assert_status(200).assert_json(json!([1, "absent", "absent"]));
    client.patch("/things/1").json(json!({ "note": null })).await.assert_json(json!([1, "absent", null]));
    client.patch("/things/1").json(json!({ "name": "a", "note": "b" })).await.assert_json(json!([1, "a", "b"]));
    for wrong in [json!({ "name": null }), json!({ "name": "" }), json!({ "note": 1 })] {
        client.patch("/things/1").json(&wrong).await.assert_status(422);
    }
}

#[get("/request")]
async fn request_parts(id: RequestId, info: fastrail::OwnedRequestInfo) -> Value {
    json!([id.as_str(), info.request_id(), info.route(), info.method().as_str(), info.uri().path()])
}

#[fastrail::test]
async fn the_request_itself_can_be_asked() {
    let client = TestClient::new(App::new("T", "1").include(routes![request_parts])).await;
    let response = client.get("/request?x=1").header("x-request-id", "abc").await;
    response.assert_status(200).assert_json(json!(["abc", "abc", "/request", "GET", "/request"]));
}

#[derive(Debug, Serialize, Deserialize, Schema)]
#[serde(tag = "kind")]
enum Shape {
    Circle { radius: u32 },
    Square { side: u32 },
}

#[get("/shapes")]
async fn find_shape(#[query] shape: Shape) -> Shape {
    shape
}

#[test]
fn an_enum_with_data_is_no_parameter() {
    let error = App::new("T", "1").include(routes![find_shape]).build().expect_err("it cannot be read from a query");
    assert!(error.to_string().contains("`shape` is an enum with data"), "{error}");
}
