//! A dependency that takes what nobody provides.

use fastrail::prelude::*;

struct Pool;

#[derive(Clone)]
struct Session;

#[dependency]
async fn session(pool: Pool) -> Session {
    drop(pool);
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
