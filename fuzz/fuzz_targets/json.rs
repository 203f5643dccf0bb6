//! A JSON body with most kinds of types: the fast path and the one that finds every error agree, and neither panics.
#![no_main]

use std::sync::LazyLock;

use fastrail::fuzzing::Fuzzed;
use fastrail::prelude::*;
use fastrail::Body;
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Item {
    #[schema(min_length = 1, max_length = 8)]
    name: String,
    #[schema(gt = 0)]
    price: Option<Decimal>,
    #[serde(default)]
    tags: BTreeSet<String>,
    #[serde(default)]
    parts: Vec<Item>,
    kind: Option<Kind>,
    made: Option<DateTime<Utc>>,
    #[serde(default)]
    sizes: BTreeMap<String, f64>,
    pair: Option<[u8; 2]>,
    email: Option<Email>,
    id: Option<Uuid>,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Kind {
    Plain,
    Sized { width: u8 },
    Named { name: String },
}

#[post("/items")]
async fn items(body: Item) -> Item {
    body
}

#[post("/any")]
async fn any(body: BTreeMap<String, serde_json::Value>) -> usize {
    body.len()
}

static APP: LazyLock<Fuzzed> = LazyLock::new(|| Fuzzed::new(App::new("F", "1").include(routes![items, any])));

fuzz_target!(|bytes: &[u8]| {
    for path in ["/items", "/any"] {
        let request = http::Request::post(path).header("content-type", "application/json");
        let Ok(request) = request.body(Body::from(bytes.to_vec())) else { return };
        let status = APP.ask(request);
        assert!(status < 500, "{status}");
    }
});
