//! Two dependencies that take each other.

use fastrail::prelude::*;

#[derive(Clone)]
struct Hen;

#[derive(Clone)]
struct Egg;

#[dependency]
async fn hen(egg: Egg) -> Hen {
    drop(egg);
    Hen
}

#[dependency]
async fn egg(hen: Hen) -> Egg {
    drop(hen);
    Egg
}

#[get("/")]
async fn root(hen: Hen) {
    drop(hen);
}

fn main() {
    let _ = routes![root];
}
