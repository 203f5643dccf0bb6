//! A stream of items, each one a line of JSON.

use fastrail::prelude::*;

#[derive(Serialize, Schema)]
struct Item {
    name: String,
    description: Option<String>,
}

fn items() -> impl Iterator<Item = Item> + Send {
    let item =
        |(name, description): (&str, &str)| Item { name: name.to_owned(), description: Some(description.to_owned()) };
    [
        ("Plumbus", "A multi-purpose household device."),
        ("Portal Gun", "A portal opening device."),
        ("Meeseeks Box", "A box that summons a Meeseeks."),
    ]
    .into_iter()
    .map(item)
}

#[get("/items/stream")]
async fn stream_items() -> JsonLines<Item> {
    JsonLines::of(items())
}

#[get("/items/stream-no-async")]
fn stream_items_no_async() -> JsonLines<Item> {
    JsonLines::of(items())
}

#[get("/items/stream-no-annotation")]
async fn stream_items_no_annotation() -> JsonLines<Item> {
    JsonLines::of(items())
}

#[get("/items/stream-no-async-no-annotation")]
fn stream_items_no_async_no_annotation() -> JsonLines<Item> {
    JsonLines::of(items())
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![
        stream_items,
        stream_items_no_async,
        stream_items_no_annotation,
        stream_items_no_async_no_annotation,
    ])
}
