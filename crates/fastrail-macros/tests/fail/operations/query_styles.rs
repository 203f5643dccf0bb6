//! A style of the query fits the type, and is one that OpenAPI knows.

use fastrail::prelude::*;

#[get("/scalar")]
async fn scalar(#[query(explode = false)] id: i64) -> i64 {
    id
}

#[get("/list")]
async fn list(#[query(style = "deepObject")] ids: Vec<i64>) -> Vec<i64> {
    ids
}

#[get("/style")]
async fn style(#[query(style = "commaDelimited")] ids: Vec<i64>) -> Vec<i64> {
    ids
}

#[get("/exploded")]
async fn exploded(#[query(style = "pipeDelimited", explode = true)] ids: Vec<i64>) -> Vec<i64> {
    ids
}

#[get("/header")]
async fn header(#[header(explode = false)] ids: Vec<i64>) -> Vec<i64> {
    ids
}

fn main() {
    let _ = routes![scalar, list, style, exploded, header];
}
