//! Keys that do not exist, in an argument's attribute and in the operation's.

use fastrail::prelude::*;

#[get("/a")]
async fn misspelt_rule(#[query(max_lenght = 5)] q: String) -> String {
    q
}

#[get("/b", tag("items"), statuss = 201)]
async fn misspelt_key() -> String {
    String::new()
}

fn main() {
    let _ = routes![misspelt_rule, misspelt_key];
}
