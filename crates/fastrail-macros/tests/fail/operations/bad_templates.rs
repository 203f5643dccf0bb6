//! Templates that are none.

use fastrail::prelude::*;

#[get("items")]
async fn no_slash() {}

#[get("/items/{id")]
async fn open() {}

#[get("/items/id}")]
async fn closed() {}

#[get("/items/{}")]
async fn nameless() {}

#[get("/items/{id}/{id}")]
async fn twice() {}

#[get("/files/{path:path}/info")]
async fn after_the_rest() {}

#[get]
async fn pathless() {}

fn main() {}
