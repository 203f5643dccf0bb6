//! Examples of a body, with names and words.

use fastrail::openapi::Example;
use fastrail::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
struct Item {
    name: String,
    description: Option<String>,
    price: f64,
    tax: Option<f64>,
}

#[put("/items/{item_id}")]
async fn update_item(
    item_id: i64,
    #[body(openapi_examples(
        normal = Example::of(json!({ "name": "Foo", "description": "A very nice Item", "price": 35.4, "tax": 3.2 }))
            .summary("A normal example")
            .description("A **normal** item works correctly."),
        converted = Example::of(json!({ "name": "Bar", "price": "35.4" }))
            .summary("An example with converted data")
            .description("FastAPI can convert price `strings` to actual `numbers` automatically"),
        invalid = Example::of(json!({ "name": "Baz", "price": "thirty five point four" }))
            .summary("Invalid data is rejected with an error"),
    ))]
    item: Item,
) -> Value {
    json!({ "item_id": item_id, "item": item })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![update_item])
}
