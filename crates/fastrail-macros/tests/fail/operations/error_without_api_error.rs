//! An error type without a status.

use fastrail::prelude::*;

enum ItemError {
    NotFound,
}

#[get("/items")]
async fn list_items() -> Result<String, ItemError> {
    Err(ItemError::NotFound)
}

fn main() {
    let _ = routes![list_items];
}
