//! `routes![…]` of something else.

use fastrail::prelude::*;

struct Items;

fn main() {
    let _ = routes![Items];
}
