//! An unknown key names the known ones.

use fastrail::schema::Schema;
use serde::Deserialize;

#[derive(Deserialize, Schema)]
struct Item {
    #[schema(min_lenght = 3)]
    name: String,
}

fn main() {}
