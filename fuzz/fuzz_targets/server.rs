//! Bytes as they come from a socket, through the guard, hyper and an app: no panic, no 5xx.
#![no_main]

use std::sync::LazyLock;

use fastrail::fuzzing::Fuzzed;
use fastrail::prelude::*;
use libfuzzer_sys::fuzz_target;

#[get("/hello/{name}")]
async fn hello(name: String, #[query(max_length = 5)] q: Option<String>, #[header] x_tenant: Option<String>) -> String {
    format!("{name}{q:?}{x_tenant:?}")
}

#[post("/numbers")]
async fn numbers(body: Vec<i64>) -> usize {
    body.len()
}

static APP: LazyLock<Fuzzed> =
    LazyLock::new(|| Fuzzed::new(App::new("F", "1").include(routes![hello, numbers]).errors(ProblemDetails::new())));

fuzz_target!(|bytes: &[u8]| {
    let answer = APP.converse(bytes);
    for status in String::from_utf8_lossy(&answer).split("HTTP/1.").skip(1).filter_map(|rest| rest.get(2..5)) {
        assert!(!status.starts_with('5'), "{status}");
    }
});
