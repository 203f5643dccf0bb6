//! A dependency fn cannot be generic.

use fastrail::prelude::*;

#[derive(Clone)]
struct Session;

#[dependency]
async fn session<T: Clone>() -> Session {
    Session
}

fn main() {}
