//! `#[depends(…)]` names a fn that is no dependency.

use fastrail::prelude::*;

#[derive(Clone)]
struct User;

async fn current_user() -> User {
    User
}

#[get("/me")]
async fn read_me(#[depends(current_user)] user: User) -> String {
    drop(user);
    String::new()
}

fn main() {
    let _ = routes![read_me];
}
