//! Items, over HTTP.

mod create;
mod delete;
mod list;
mod read;
mod update;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{NOBODY, assert_needs_a_token};
use crate::support::{Answer, TestApi, make_item};

fn path_of(item: &Value) -> String {
    format!("/api/v1/items/{}", item["id"].as_str().unwrap())
}

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}
