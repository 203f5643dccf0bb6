//! What a start costs, counted: a thousand routes are a thousand times the work of one, and not its square.

use std::borrow::Cow;
use std::cell::Cell;

use fastrail::prelude::*;
use fastrail::schema::{Class, Diagnosis, Generator, JsonSchema, Rules};

thread_local! {
    /// How often the schema of a [`Counted`] was asked for
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

#[derive(Clone, Serialize)]
struct Counted(u8);

impl Schema for Counted {
    const CLASS: Class = Class::Number;

    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Counted")
    }

    fn schema(rules: &Rules, generator: &mut Generator) -> JsonSchema {
        ASKED.set(ASKED.get() + 1);
        u8::schema(rules, generator)
    }

    fn check(&self, rules: &Rules) -> bool {
        self.0.check(rules)
    }

    fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
        u8::diagnose(value, rules, diagnosis);
    }
}

#[derive(Clone)]
struct Guard;

#[dependency]
async fn guard(token: BearerToken) -> Guard {
    _ = token;
    Guard
}

#[derive(Serialize, Schema)]
struct Answer {
    counted: Counted,
}

#[get("/{id}")]
async fn read(id: u8, #[query] page: Option<u8>) -> Answer {
    _ = page;
    Answer { counted: Counted(id) }
}

#[get("/hidden/{id}", hidden)]
async fn hidden(id: u8) -> Vec<Counted> {
    vec![Counted(id)]
}

/// So many routes, each in a router of its own, ten routers deep
fn app(routes: usize) -> App {
    (0..routes / 2).fold(App::new("Large", "1"), |app, index| {
        let inner = Router::new(format!("/n{index}")).include(routes![read, hidden]);
        let nested = (0..9).fold(inner, |inner, depth| {
            Router::new(format!("/d{depth}")).tags([format!("t{depth}")]).depends(depends![guard]).include(inner)
        });
        app.include(nested)
    })
}

fn asked(routes: usize) -> usize {
    let before = ASKED.get();
    app(routes).build().expect("it builds");
    ASKED.get() - before
}

#[test]
fn a_start_grows_with_its_routes_and_not_with_their_square() {
    let few = asked(250);
    assert!(few > 0 && few <= 250, "{few}");
    assert!(asked(1000) <= 4 * few, "a model is described once, another type once where it is used");
}

#[fastrail::test]
async fn each_of_a_thousand_routes_answers_and_is_documented() {
    let app = app(1000).build().expect("it builds");
    let paths = app.openapi()["paths"].as_object().expect("the paths");
    assert_eq!(paths.len(), 500);
    let ids: BTreeSet<&str> = paths.values().filter_map(|path| path["get"]["operationId"].as_str()).collect();
    assert_eq!(ids.len(), 500);
    let client = TestClient::new(self::app(1000)).await.with_header("authorization", "Bearer t");
    for index in [0, 250, 499] {
        let path = format!("/d8/d7/d6/d5/d4/d3/d2/d1/d0/n{index}");
        client.get(&format!("{path}/7")).await.assert_status(200).assert_json(json!({ "counted": 7 }));
        client.get(&format!("{path}/hidden/7")).await.assert_status(200).assert_json([7]);
    }
}

#[post("/numbers")]
async fn numbers(body: Vec<u8>) -> usize {
    body.len()
}

#[fastrail::test]
async fn an_app_that_sets_no_limit_has_one() {
    let client = TestClient::new(App::new("T", "1").include(routes![numbers])).await;
    let list = |count: usize| format!("[{}]", vec!["1"; count].join(","));
    client.post("/numbers").body("application/json", list(1_000_000)).await.assert_json(1_000_000);
    client.post("/numbers").body("application/json", list(1_048_577)).await.assert_status(413);
}
