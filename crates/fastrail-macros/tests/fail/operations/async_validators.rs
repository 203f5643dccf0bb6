//! What an async validator must be, what it may take and what it may answer.

use fastrail::prelude::*;

#[derive(Deserialize, Schema)]
struct Item {
    #[schema(validate_async = name_is_free)]
    name: String,
}

async fn name_is_free(name: &str) -> Result<(), String> {
    Err(name.to_owned())
}

#[validator]
fn plain(name: &str) -> Result<(), String> {
    Err(name.to_owned())
}

#[validator]
async fn owned(item: Item) -> Result<(), String> {
    Err(item.name)
}

#[validator]
async fn with_body(name: &str, #[body] other: String) -> Result<(), String> {
    Err(format!("{name} {other}"))
}

#[validator]
async fn leaks(name: &str) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(name.to_owned()))
}

fn main() {}
