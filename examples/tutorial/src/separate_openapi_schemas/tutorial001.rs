//! One model in and out: what is read and what is answered have one schema.

use fastrail::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
struct Item {
    name: String,
    description: Option<String>,
}

#[post("/items/")]
fn create_item(item: Item) -> Value {
    json!(item)
}

#[get("/items/")]
fn read_items() -> Vec<Item> {
    let description = Some("Device to travel through the multi-rick-verse".to_owned());
    vec![Item { name: "Portal Gun".to_owned(), description }, Item { name: "Plumbus".to_owned(), description: None }]
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![create_item, read_items])
}
