//! A dependency is made or fails; whether it is there, its own type says.

use fastrail::prelude::*;

#[derive(Clone)]
struct User;

#[dependency]
async fn user() -> User {
    User
}

#[get("/me")]
async fn me(user: Option<User>) -> String {
    String::new()
}

fn main() {
    let _ = routes![me];
}
