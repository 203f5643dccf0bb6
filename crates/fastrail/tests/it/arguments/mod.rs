//! Where arguments come from, in every form; what else may be one; and how they are documented.

mod forms;
mod scalars;
mod sources;

use fastrail::prelude::*;
use serde_json::{Value, json};

/// One of three
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Schema)]
#[serde(rename_all = "kebab-case")]
enum Colour {
    Red,
    DeepBlue,
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
