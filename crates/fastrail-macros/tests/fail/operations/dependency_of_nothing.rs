//! A dependency whose own argument is nothing.

use fastrail::prelude::*;

struct Nope;

#[derive(Clone)]
struct User;

#[dependency]
async fn user(nope: Nope) -> User {
    User
}

#[derive(Clone, Dependency)]
struct Service {
    nope: Nope,
}

fn main() {}
