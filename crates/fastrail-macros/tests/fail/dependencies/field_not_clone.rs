//! A struct dependency without `Clone`.

use fastrail::prelude::*;

#[derive(Dependency)]
struct Paging {
    #[query(default = 1)]
    page: u32,
}

#[get("/items")]
async fn list_items(paging: Paging) -> u32 {
    paging.page
}

fn main() {
    let _ = routes![list_items];
}
