//! A dependency of a type that another crate owns.

use fastrail::prelude::*;

#[dependency]
async fn now() -> std::time::Instant {
    std::time::Instant::now()
}

fn main() {}
