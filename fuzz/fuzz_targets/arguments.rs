//! Path, query, headers, cookies and forms of an operation with one of each kind: no panic, no 5xx.
#![no_main]

use std::sync::LazyLock;

use fastrail::fuzzing::Fuzzed;
use fastrail::prelude::*;
use fastrail::Body;
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Deserialize, Schema)]
struct Login {
    #[schema(min_length = 1, max_length = 20)]
    username: String,
    password: SecretString,
    #[serde(default)]
    scope: BTreeSet<String>,
}

#[post("/a/{id}/{day}/{*rest}")]
async fn all(
    #[path(ge = 1)] id: i64,
    day: NaiveDate,
    rest: String,
    #[query(max_length = 5)] q: Option<String>,
    #[query] ids: Option<Vec<Uuid>>,
    #[query(gt = 0)] price: Option<Decimal>,
    #[query] since: Option<DateTime<Utc>>,
    #[query] ratio: Option<f64>,
    #[query] flag: Option<bool>,
    #[header] x_tenant: Option<String>,
    #[cookie] session: Option<String>,
    #[form] login: Login,
) -> String {
    let scopes = login.scope.len();
    format!("{id}{day}{rest}{q:?}{ids:?}{price:?}{since:?}{ratio:?}{flag:?}{x_tenant:?}{session:?}{scopes}")
}

static APP: LazyLock<Fuzzed> = LazyLock::new(|| Fuzzed::new(App::new("F", "1").include(routes![all])));

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(4, |byte| *byte == b'\n');
    let mut part = || parts.next().unwrap_or_default();
    let target = [b"/a/", part()].concat();
    let Ok(target) = http::Uri::try_from(target) else { return };
    let mut request = http::Request::post(target).header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in [("cookie", part()), ("x-tenant", part())] {
        if let Ok(value) = http::HeaderValue::from_bytes(value) {
            request = request.header(name, value);
        }
    }
    let Ok(request) = request.body(Body::from(part().to_vec())) else { return };
    let status = APP.ask(request);
    assert!(status < 500, "{status}");
});
