//! A dependency is shared within a request, so it is cloned.

use fastrail::prelude::*;

struct User;

#[dependency]
async fn user() -> User {
    User
}

fn main() {}
