//! OpenAPI: what the document says beyond the types.

use fastrail::openapi::{ExternalDocs, License, Link, Server, Tag, name_path_method};
use fastrail::prelude::*;
use serde_json::json;

// ANCHOR: metadata
pub fn described() -> App {
    App::new("Shop", "1.0.0")
        .summary("Sells things")
        .description("All about *things*.")
        .license(License::spdx("MIT"))
        .server(Server::new("https://api.shop.example").description("Production"))
        .tag("items", "What is sold")
        .tags([Tag {
            name: "orders".into(),
            external_docs: Some(("https://shop.example/how", "How to order").into()),
            ..Tag::default()
        }])
        .external_docs(ExternalDocs::from("https://shop.example/docs"))
}
// ANCHOR_END: metadata

// ANCHOR: responses
#[derive(Serialize, Schema)]
pub struct Message {
    pub message: String,
}

#[get(
    "/items/{item_id}",
    response_description = "The item",
    responses(
        200 = ResponseDoc::empty().example(json!({ "name": "Fork" })).content("image/png"),
        302 = "It has moved",
        404 = ResponseDoc::json::<Message>().description("There is none"),
        "5XX" = "Our fault",
    )
)]
async fn read_item(item_id: u64) -> Item {
    Item { name: format!("item {item_id}") }
}
// ANCHOR_END: responses

// ANCHOR: examples
/// What is sold
#[derive(Serialize, Deserialize, Schema)]
#[schema(examples = [json!({ "name": "Fork" }), json!({ "name": "Spoon" })])]
pub struct Item {
    #[schema(example = "Fork")]
    pub name: String,
}

#[put("/items/{item_id}")]
async fn put_item(
    #[path(example = 7)] item_id: u64,
    #[body(openapi_examples(
        normal = Example::of(json!({ "name": "Fork" })).summary("A normal one"),
        invalid = Example::of(json!({ "name": 7 })).summary("Refused").description("A name is *text*."),
    ))]
    item: Item,
) -> Item {
    let _ = item_id;
    item
}
// ANCHOR_END: examples

// ANCHOR: links
#[post("/items", status = 201, responses(
    201 = ResponseDoc::new("Made").link("read", Link::to::<read_item>().parameter("item_id", "$response.body#/id")),
))]
async fn create_item(item: Item) -> Item {
    item
}
// ANCHOR_END: links

// ANCHOR: callbacks
#[derive(Deserialize, Schema)]
pub struct Paid {
    pub order_id: u64,
}

/// We tell you that an order is paid
#[post("{$request.query.callback_url}/orders/{$response.body#/id}")]
async fn order_paid(body: Paid) -> String;

#[post("/orders", callbacks(order_paid))]
async fn create_order(callback_url: String) -> String {
    callback_url
}
// ANCHOR_END: callbacks

// ANCHOR: webhooks
/// A price has changed
#[post("price-changed")]
async fn price_changed(body: Item);

pub fn app() -> App {
    described()
        .include(routes![read_item, put_item, create_item, create_order, legacy])
        .webhooks(routes![price_changed])
}
// ANCHOR_END: webhooks

// ANCHOR: extra
#[post("/legacy", extra = {
    "x-internal": true,
    "requestBody": { "content": { "application/x-yaml": { "schema": { "type": "object" } } } }
})]
async fn legacy(body: ExtractBody<String>) -> PlainText {
    PlainText(body.0)
}

pub fn app_with_extras() -> App {
    app()
        .openapi_extra(json!({ "info": { "x-logo": { "url": "/logo.svg" } } }))
        .edit_openapi(|document| document["info"]["version"] = "2024-11-21".into())
}
// ANCHOR_END: extra

// ANCHOR: ids
pub fn app_in_fastapis_style() -> App {
    app().operation_ids(name_path_method) // `read_item_items__item_id__get`
}

pub fn app_with_ids_of_its_own() -> App {
    app().operation_ids(|operation| format!("shop.{}", operation.name))
}
// ANCHOR_END: ids

// ANCHOR: conditional
/// `openapi_url` from the settings: `None` means no document and no pages
pub fn app_with_settings(openapi_url: Option<&str>) -> App {
    app().openapi_url(openapi_url)
}
// ANCHOR_END: conditional

// ANCHOR: security
#[derive(Clone, SecurityScheme)]
#[security(bearer)]
pub struct Token(SecretString);

#[derive(Clone, SecurityScheme)]
#[security(api_key(header = "X-API-Key"))]
pub struct Key(SecretString);

#[derive(ApiError)]
pub enum CallerError {
    /// Say who you are
    #[api_error(status = 401, code = "unknown_caller")]
    Unknown,
}

/// Either one: documented as two alternatives
#[dependency]
async fn caller(token: Option<Token>, key: Option<Key>) -> Result<Caller, CallerError> {
    let secret = token.map(|token| token.0).or(key.map(|key| key.0)).ok_or(CallerError::Unknown)?;
    Ok(Caller(secret))
}

#[derive(Clone)]
pub struct Caller(SecretString);

/// Both: documented as one requirement
#[get("/vault")]
async fn vault(token: Token, key: Key) -> usize {
    token.0.expose_secret().len() + key.0.expose_secret().len()
}

#[get("/door")]
async fn door(caller: Caller) -> usize {
    caller.0.expose_secret().len()
}

/// Asked for, and documented, before every operation
pub fn guarded() -> App {
    App::new("Guarded", "1.0.0").depends(depends![caller]).include(routes![door, vault])
}
// ANCHOR_END: security

#[cfg(test)]
mod tests {
    use super::*;

    #[fastrail::test]
    async fn the_document_says_what_is_written() {
        let client = TestClient::new(app()).await;
        let document = client.openapi();
        assert_eq!(document["servers"][0]["url"], "https://api.shop.example");
        assert_eq!(document["tags"][1]["externalDocs"]["description"], "How to order");
        let responses = &document["paths"]["/items/{item_id}"]["get"]["responses"];
        assert_eq!(responses["200"]["description"], "The item");
        assert_eq!(responses["200"]["content"]["image/png"], json!({}));
        assert_eq!(responses["404"]["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Message");
        let put = &document["paths"]["/items/{item_id}"]["put"];
        assert_eq!(put["parameters"][0]["example"], 7);
        assert_eq!(put["requestBody"]["content"]["application/json"]["examples"]["invalid"]["summary"], "Refused");
        let links = &document["paths"]["/items"]["post"]["responses"]["201"]["links"];
        assert_eq!(links["read"]["operationId"], "read_item");
        assert!(document["paths"]["/orders"]["post"]["callbacks"]["order_paid"].is_object());
        assert_eq!(document["webhooks"]["price-changed"]["post"]["summary"], "A price has changed");
        assert_eq!(document["paths"]["/legacy"]["post"]["x-internal"], true);
        client.put("/items/7").json(json!({ "name": 7 })).await.assert_status(422);
        client.post("/price-changed").await.assert_status(404);
    }

    #[fastrail::test]
    async fn it_can_be_styled_edited_and_switched_off() {
        let id = |app: App| app.build().expect("it builds").openapi()["paths"]["/items"]["post"]["operationId"].clone();
        assert_eq!(id(app_in_fastapis_style()), "create_item_items_post");
        assert_eq!(id(app_with_ids_of_its_own()), "shop.create_item");
        let edited = app_with_extras().build().expect("it builds").openapi()["info"].clone();
        assert_eq!((&edited["x-logo"]["url"], &edited["version"]), (&json!("/logo.svg"), &json!("2024-11-21")));
        TestClient::new(app_with_settings(None)).await.get("/docs").await.assert_status(404);
    }

    #[fastrail::test]
    async fn credentials_are_alternatives_or_needed_together() {
        let client = TestClient::new(guarded()).await;
        client.get("/door").await.assert_status(401);
        client.get("/door").header("x-api-key", "secret").await.assert_status(200);
        let paths = &client.openapi()["paths"];
        assert_eq!(paths["/door"]["get"]["security"], json!([{ "Token": [] }, { "Key": [] }]));
        assert_eq!(paths["/vault"]["get"]["security"], json!([{ "Token": [], "Key": [] }]));
    }
}
