//! Keys for the document with values that are none, and paths that only a callback may have.

use fastrail::prelude::*;

#[get("/a", responses(99 = "Too small"))]
async fn no_status() {}

#[get("/b", responses("40X" = "Half a range"))]
async fn no_range() {}

#[get("/c", responses(otherwise = "Anything"))]
async fn no_default() {}

#[get("/d", responses(404 = 7))]
async fn no_response() {}

#[post("{$request.query.url}/paid")]
async fn served_callback() {}

#[get("/f", errors = 7)]
async fn no_format() {}

fn main() {}
