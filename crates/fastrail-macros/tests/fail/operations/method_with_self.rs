//! A method is no path operation.

use fastrail::prelude::*;

struct Items;

impl Items {
    #[get("/items")]
    async fn list(&self) -> String {
        String::new()
    }
}

fn main() {}
