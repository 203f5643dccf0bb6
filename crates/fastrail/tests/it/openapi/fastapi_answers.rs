//! The apps `answers`, `examples` and `out-calls` of `fastapi/apps.py`.

use std::collections::BTreeMap;

use fastrail::prelude::*;
use serde_json::{Value, json};

use super::fastapi::{app, assert_equals, nothing};

#[derive(Debug, Deserialize, Schema)]
struct UserIn {
    username: String,
    #[allow(dead_code, reason = "only its schema counts")]
    password: String,
}

#[derive(Debug, Serialize, Schema)]
struct UserOut {
    username: String,
}

#[derive(Debug, Serialize, Schema)]
struct Message {
    message: String,
}

#[post("/user/", status = 201, response_description = "The created user")]
async fn create_user(user: UserIn) -> UserOut {
    UserOut { username: user.username }
}

#[get("/users/")]
async fn list_users() -> Vec<UserOut> {
    vec![]
}

#[get("/keyword-weights/")]
async fn read_keyword_weights() -> BTreeMap<String, f64> {
    BTreeMap::new()
}

#[get("/name")]
async fn read_name() -> String {
    String::new()
}

#[get("/plain")]
async fn read_plain() -> PlainText {
    PlainText(String::new())
}

#[get("/html")]
async fn read_html() -> Html {
    Html(String::new())
}

#[delete("/user/{user_id}")]
async fn delete_user(user_id: i64) {
    let _ = user_id;
}

#[get("/found/{item_id}", responses(
    404 = ResponseDoc::json::<Message>().description("The item was not found"),
    302 = "The item was moved",
    403 = ResponseDoc::json::<Message>(),
    "5XX" = "Our fault",
    200 = ResponseDoc::new("Item requested by ID").example(json!({ "username": "bar" })).content("image/png"),
))]
async fn read_found(item_id: String) -> UserOut {
    UserOut { username: item_id }
}

#[fastrail::test]
async fn answers() {
    let app = app().include(routes![
        create_user,
        list_users,
        read_keyword_weights,
        read_name,
        read_plain,
        read_html,
        delete_user,
        read_found
    ]);
    assert_equals("answers", include_str!("fastapi/answers.json"), app);
}

#[derive(Debug, Serialize, Deserialize, Schema)]
#[schema(example = json!({ "name": "Foo", "price": 35.4 }))]
struct ExampleItem {
    #[schema(example = "Foo")]
    name: String,
    price: f64,
}

#[put("/items/{item_id}")]
async fn put_example(
    #[path(openapi_examples(one = Example::of(1).summary("The first")))] item_id: i64,
    #[body(openapi_examples(
        normal = Example::of(json!({ "name": "Foo", "price": 35.4 }))
            .summary("A normal example")
            .description("A **normal** item."),
        invalid = Example::of(json!({ "name": "Baz", "price": "thirty" })).summary("Refused"),
    ))]
    item: ExampleItem,
) -> Value {
    let _ = (item_id, item);
    nothing()
}

#[fastrail::test]
async fn examples() {
    assert_equals("examples", include_str!("fastapi/examples.json"), app().include(routes![put_example]));
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Invoice {
    id: String,
    title: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct InvoiceEvent {
    description: String,
    paid: bool,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct InvoiceEventReceived {
    ok: bool,
}

#[post("{$callback_url}/invoices/{$request.body.id}")]
async fn invoice_notification(body: InvoiceEvent) -> InvoiceEventReceived;

#[post("/invoices/", callbacks(invoice_notification))]
async fn create_invoice(invoice: Invoice, callback_url: Option<String>) -> Value {
    let _ = (invoice, callback_url);
    nothing()
}

#[post(
    "new-subscription",
    description = "When a new user subscribes to your service we'll send you a POST request with this data."
)]
async fn new_subscription(body: InvoiceEvent) -> Value;

#[fastrail::test]
async fn out_calls() {
    let app = app().include(routes![create_invoice]).webhooks(routes![new_subscription]);
    assert_equals("out-calls", include_str!("fastapi/out-calls.json"), app);
}
