//! What is written of an operation beyond its types: answers, examples, links, callbacks, `extra`.

use fastrail::openapi::Link;
use fastrail::prelude::*;
use serde_json::{Value, json};

use super::document;
use crate::support::problems;

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Item {
    name: String,
}

#[derive(Debug, Serialize, Schema)]
struct Message {
    message: String,
}

#[derive(ApiError)]
enum ItemError {
    /// There is no such item
    #[api_error(status = 404, code = "item_not_found")]
    NotFound,
}

#[get("/users/{user_id}", operation_id = "users.read")]
async fn read_user(user_id: u64) -> u64 {
    user_id
}

#[get(
    "/items/{item_id}",
    response_description = "The item",
    responses(
        200 = ResponseDoc::empty()
            .named_example("fork", Example::of(json!({ "name": "Fork" })).summary("A fork"))
            .content("image/png")
            .with_header_of::<u32>("X-Rate", "What is left")
            .link("owner", Link::to::<read_user>().parameter("user_id", "$response.header.X-Owner").description("Whose")),
        404 = ResponseDoc::json::<Message>().example(json!({ "message": "gone" })),
        default = "Anything else",
        "5XX" = ResponseDoc::new("Our fault").content_of::<Message>("application/xml"),
    ),
    extra = { "x-internal": true, "tags": ["late"] },
    external_docs = ("https://docs.example/items", "More about items"),
    tags("items")
)]
async fn read_item(item_id: u64) -> Result<Item, ItemError> {
    if item_id == 0 { Err(ItemError::NotFound) } else { Ok(Item { name: "Fork".into() }) }
}

#[fastrail::test]
async fn what_is_written_stands_over_what_the_types_say() {
    let document = document(App::new("T", "1").include(routes![read_item, read_user]));
    let operation = &document["paths"]["/items/{item_id}"]["get"];
    let ok = &operation["responses"]["200"];
    assert_eq!(ok["description"], "The item");
    let content = &ok["content"]["application/json"];
    assert_eq!(content["schema"]["$ref"], "#/components/schemas/Item");
    assert_eq!(content["examples"], json!({ "fork": { "summary": "A fork", "value": { "name": "Fork" } } }));
    assert_eq!(ok["content"]["image/png"], json!({}));
    assert_eq!(ok["headers"]["X-Rate"]["description"], "What is left");
    assert_eq!(ok["headers"]["X-Rate"]["schema"]["type"], "integer");
    let parameters = json!({ "user_id": "$response.header.X-Owner" });
    let link = json!({ "operationId": "users.read", "parameters": parameters, "description": "Whose" });
    assert_eq!(ok["links"]["owner"], link);
    let missing = &operation["responses"]["404"];
    assert_eq!(missing["description"], "There is no such item");
    assert_eq!(missing["content"]["application/json"]["schema"], json!({ "$ref": "#/components/schemas/Message" }));
    assert_eq!(missing["content"]["application/json"]["example"]["message"], "gone");
    assert_eq!(operation["responses"]["default"]["description"], "Anything else");
    assert!(operation["responses"]["5XX"]["content"]["application/xml"]["schema"].is_object());
    assert_eq!(operation["responses"].get("422"), None, "as with FastAPI, `default` holds the 422");
    assert_eq!(operation["x-internal"], true);
    assert_eq!(operation["tags"], json!(["items", "late"]));
    let docs = json!({ "url": "https://docs.example/items", "description": "More about items" });
    assert_eq!(operation["externalDocs"], docs);
}

#[get("/plain", responses(403 = "Of the operation"))]
async fn plain() -> u8 {
    1
}

#[get("/bare")]
async fn bare() -> u8 {
    1
}

#[fastrail::test]
async fn the_nearest_answer_of_a_status_counts() {
    let inner =
        Router::new("/in").response(403, "Of the inner").response(418, "A teapot").include(routes![plain, bare]);
    let outer = Router::new("/out").response(403, "Of the outer").response("5XX", "Ours").include(inner);
    let app =
        App::new("T", "1").response(403, "Of the app").response(401, "Who?").include(outer).include(routes![bare]);
    let document = document(app);
    let descriptions = |path: &str| -> Value {
        let responses = document["paths"][path]["get"]["responses"].as_object().expect("responses");
        responses.iter().map(|(status, response)| (status.clone(), response["description"].clone())).collect()
    };
    let ok = "Successful Response";
    assert_eq!(
        descriptions("/out/in/plain"),
        json!({ "200": ok, "403": "Of the operation", "418": "A teapot", "5XX": "Ours", "401": "Who?" })
    );
    assert_eq!(descriptions("/out/in/bare")["403"], "Of the inner");
    assert_eq!(descriptions("/bare"), json!({ "200": ok, "403": "Of the app", "401": "Who?" }));
}

#[post("/yaml", extra = json!({
    "requestBody": { "required": true, "content": { "application/x-yaml": { "schema": { "type": "object" } } } }
}))]
async fn yaml(body: ExtractBody<String>) -> String {
    body.0
}

#[fastrail::test]
async fn a_body_that_the_operation_reads_by_itself_is_documented_by_hand() {
    let client = TestClient::new(App::new("T", "1").include(routes![yaml])).await;
    client.post("/yaml").body("application/x-yaml", "a: 1").await.assert_status(200).assert_json("a: 1");
    let body = &client.openapi()["paths"]["/yaml"]["post"]["requestBody"];
    assert_eq!(body["content"]["application/x-yaml"]["schema"]["type"], "object");
}

#[put("/items/{item_id}")]
async fn put_item(
    #[path(openapi_examples(one = Example::of(1).summary("The first"), "of the others" = Example::of(2)))] item_id: u64,
    #[query(openapi_examples(far = Example::at("https://docs.example/q.txt")))] q: Option<String>,
    #[body(example = json!({ "name": "Spoon" }))] item: Item,
) -> Item {
    let _ = (item_id, q);
    item
}

#[fastrail::test]
async fn examples_of_arguments_have_names_or_are_one() {
    let document = document(App::new("T", "1").include(routes![put_item]));
    let operation = &document["paths"]["/items/{item_id}"]["put"];
    let examples = json!({ "one": { "summary": "The first", "value": 1 }, "of the others": { "value": 2 } });
    assert_eq!(operation["parameters"][0]["examples"], examples);
    let examples = json!({ "far": { "externalValue": "https://docs.example/q.txt" } });
    assert_eq!(operation["parameters"][1]["examples"], examples);
    assert_eq!(operation["requestBody"]["content"]["application/json"]["example"], json!({ "name": "Spoon" }));
}

/// The invoice was paid
#[post("{$request.query.callback_url}/invoices/{invoice_id}", responses(410 = "Ask me no more"))]
async fn paid(invoice_id: u64, body: Item) -> String;

#[post("{$request.query.callback_url}/cancelled")]
async fn cancelled() -> String;

#[post("/invoices", callbacks(paid, cancelled))]
async fn create_invoice(callback_url: String) -> String {
    callback_url
}

#[fastrail::test]
async fn callbacks_are_documented_with_the_operation_and_never_served() {
    let app = App::new("T", "1").include(routes![create_invoice]);
    let document = document(app);
    let callbacks = &document["paths"]["/invoices"]["post"]["callbacks"];
    let paid = &callbacks["paid"]["{$request.query.callback_url}/invoices/{invoice_id}"]["post"];
    assert_eq!(paid["summary"], "The invoice was paid");
    assert_eq!(paid["parameters"][0]["name"], "invoice_id");
    assert_eq!(paid["requestBody"]["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Item");
    assert_eq!(paid["responses"]["410"]["description"], "Ask me no more");
    assert!(callbacks["cancelled"]["{$request.query.callback_url}/cancelled"]["post"].is_object());
    let found = problems(App::new("T", "1").include(routes![paid, cancelled]));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("`paid` at ") && found[0].contains("callbacks(…)"), "{found:?}");
}

#[get("/hidden", hidden)]
async fn hidden() -> u8 {
    1
}

#[get("/linked", responses(200 = ResponseDoc::empty().link("next", Link::to::<hidden>())))]
async fn linked() -> u8 {
    1
}

#[get("/ids/1", operation_id = "same")]
async fn first_id() -> u8 {
    1
}

#[get("/ids/2", operation_id = "same")]
async fn second_id() -> u8 {
    2
}

#[fastrail::test]
async fn what_cannot_be_documented_stops_the_build() {
    let found = problems(App::new("T", "1").response("teapot", "?").include(routes![linked, hidden]));
    assert!(found.iter().any(|problem| problem.contains("links to `hidden`")), "{found:?}");
    assert!(found.iter().any(|problem| problem.contains("`teapot` is no status")), "{found:?}");
    let found = problems(App::new("T", "1").include(routes![first_id, second_id]));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("`second_id` at ") && found[0].contains("`same` is taken"), "{found:?}");
    let found = problems(App::new("T", "1").operation_ids(|_| "x".to_owned()).include(routes![plain, bare]));
    assert!(found.len() == 1 && found[0].contains("`x` is taken"), "{found:?}");
}
