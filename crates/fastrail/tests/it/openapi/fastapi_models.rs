//! The app `models` of `fastapi/apps.py`: models in models, defaults, forms and headers as models.

use std::collections::BTreeMap;

use fastrail::prelude::*;
use serde_json::{Value, json};

use super::fastapi::{app, assert_equals};

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, Schema)]
#[serde(rename_all = "lowercase")]
enum Size {
    #[default]
    Small,
    Large,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Part {
    #[schema(min_length = 1, max_length = 20, pattern = "^[a-z]+$")]
    name: String,
    #[serde(default)]
    size: Size,
    #[serde(default)]
    #[schema(max_items = 3)]
    weights: Vec<f64>,
}

fn yes() -> bool {
    true
}

fn half() -> f64 {
    0.5
}

/// A machine made of parts
#[derive(Debug, Serialize, Deserialize, Schema)]
struct Machine {
    main: Part,
    #[serde(default)]
    others: BTreeMap<String, Part>,
    spare: Option<Vec<Part>>,
    grid: Vec<Vec<bool>>,
    #[serde(default = "yes")]
    active: bool,
    #[serde(default = "half")]
    #[schema(ge = 0, le = 1, multiple_of = 0.25, title = "The ratio", description = "Of *something*")]
    ratio: f64,
    #[schema(deprecated)]
    old: Option<String>,
}

#[derive(Debug, Deserialize, Schema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    #[allow(dead_code, reason = "only its schema counts")]
    username: String,
    #[allow(dead_code, reason = "only its schema counts")]
    password: String,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct CommonHeaders {
    host: String,
    save_data: bool,
    if_modified_since: Option<String>,
    #[serde(default)]
    x_tag: Vec<String>,
}

#[derive(Clone, Dependency)]
struct CommonQuery {
    q: Option<String>,
    #[query(ge = 0, default = 0)]
    skip: i64,
}

#[dependency]
async fn verify_key(#[header] x_key: String) {
    let _ = x_key;
}

#[put("/machines/{machine_id}", tags("machines"))]
async fn put_machine(machine_id: Uuid, machine: Machine, #[query(default = Size::Large)] size: Size) -> Machine {
    let _ = (machine_id, size);
    machine
}

#[get("/machines/", depends(verify_key))]
async fn list_machines(common: CommonQuery, #[query] ids: Option<Vec<Uuid>>) -> Vec<Machine> {
    let _ = (common.q, common.skip, ids);
    vec![]
}

#[get("/maybe")]
async fn read_maybe() -> Option<Machine> {
    None
}

#[post("/login")]
async fn log_in(#[form] data: Credentials) -> bool {
    let _ = data;
    true
}

#[get("/headers")]
async fn read_common(#[header] headers: CommonHeaders) -> BTreeMap<String, String> {
    let _ = headers;
    BTreeMap::new()
}

#[post("/searches", status = 202)]
async fn search(
    #[body(min_items = 1, examples = [["a"]])] terms: Vec<String>,
    #[query(examples = ["b"])] q: String,
) -> Vec<Vec<i64>> {
    let _ = (terms, q);
    vec![]
}

#[head("/head")]
async fn read_head() -> Value {
    json!({})
}

#[patch("/optional")]
async fn patch_optional(#[body(title = "A part", description = "All of it")] part: Part) -> Value {
    let _ = part;
    json!({})
}

#[fastrail::test]
async fn models() {
    let app = app().include(routes![
        put_machine,
        list_machines,
        read_maybe,
        log_in,
        read_common,
        search,
        read_head,
        patch_optional
    ]);
    assert_equals("models", include_str!("fastapi/models.json"), app);
}
