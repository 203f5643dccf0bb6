//! Overrides that make no result, or are no async closures.

use fastrail::prelude::*;

#[derive(Clone)]
struct Pool;

fn main() {
    let _ = App::new("Shop", "1").override_dependency(|| async { Pool });
    let _ = App::new("Shop", "1").override_dependency(|| Pool);
}
