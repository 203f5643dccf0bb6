//! `#[depends(…)]` names a dependency that makes another type.

use fastrail::prelude::*;

#[derive(Clone)]
struct User;

#[derive(Clone)]
struct Admin;

#[dependency]
async fn current_user() -> User {
    User
}

#[get("/me")]
async fn read_me(#[depends(current_user)] admin: Admin) -> String {
    drop(admin);
    String::new()
}

fn main() {
    let _ = routes![read_me];
}
