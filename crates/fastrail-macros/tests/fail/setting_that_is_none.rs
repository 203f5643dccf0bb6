//! A field that no variable can hold, a misspelt key, and a bound of something that has no order.

use fastrail::prelude::*;

struct Colour;

#[derive(Settings)]
struct Wrong {
    colour: Colour,
}

#[derive(Settings)]
struct Misspelt {
    #[setting(defualt = 5)]
    port: u16,
}

#[derive(Settings)]
struct Unordered {
    #[setting(min_length = 5)]
    port: u16,
}

#[derive(Settings)]
enum Data {
    Some(u8),
}

fn main() {}
