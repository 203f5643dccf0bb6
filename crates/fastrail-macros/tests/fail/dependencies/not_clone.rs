//! A dependency that cannot be cloned for its second use.

use fastrail::prelude::*;

struct Session;

#[dependency]
async fn session() -> Session {
    Session
}

#[get("/items")]
async fn list_items(session: Session) -> String {
    drop(session);
    String::new()
}

fn main() {
    let _ = routes![list_items];
}
