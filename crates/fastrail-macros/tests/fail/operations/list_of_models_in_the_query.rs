//! Each item of a list of parameters is one piece of text.

use fastrail::prelude::*;

#[derive(Deserialize, Schema)]
struct Point {
    x: i64,
}

#[get("/points")]
async fn points(#[query] points: Vec<Point>) -> usize {
    points.len()
}

#[post("/form")]
async fn form(#[form] points: Option<Vec<Point>>) -> usize {
    points.map_or(0, |points| points.len())
}

#[get("/nested")]
async fn nested(#[header] x_ids: Vec<Vec<i64>>) -> usize {
    x_ids.len()
}

fn main() {
    let _ = routes![points, form, nested];
}
