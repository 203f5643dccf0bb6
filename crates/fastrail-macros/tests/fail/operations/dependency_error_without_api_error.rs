//! The same in a dependency.

use fastrail::prelude::*;

struct NoStatus;

#[derive(Clone)]
struct User;

#[dependency]
async fn user() -> Result<User, NoStatus> {
    Err(NoStatus)
}

fn main() {}
