//! A struct with a field that nobody provides.

use fastrail::prelude::*;

#[derive(Clone)]
struct Pool;

#[derive(Clone, Dependency)]
struct Users {
    pool: Pool,
}

#[get("/users")]
async fn list_users(users: Users) -> String {
    let Pool = users.pool;
    String::new()
}

fn main() {
    let _ = routes![list_users];
}
