//! A `u64` is a parameter by itself.

use fastrail::prelude::*;

#[dependency]
async fn answer() -> u64 {
    42
}

fn main() {}
