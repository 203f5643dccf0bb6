//! `cache = false` at a parameter, and a word that is none.

use fastrail::prelude::*;

#[get("/items")]
async fn list_items(#[depends(cache = false)] page: u32) -> u32 {
    page
}

#[derive(Clone)]
struct Session;

#[dependency(explicit)]
async fn session() -> Session {
    Session
}

#[get("/users")]
async fn list_users(#[depends(session, cached = false)] session: Session) {
    drop(session);
}

fn main() {
    let _ = routes![list_items, list_users];
}
