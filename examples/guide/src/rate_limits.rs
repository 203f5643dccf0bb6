//! Rate limits: on an operation, on the app, by a key of one's own, and for callers that a dependency knows.

use fastrail::RequestInfo;
use fastrail::prelude::*;
use fastrail::rate_limit::{LimitKey, Rate, RateLimit};

// ANCHOR: operation
#[get("/search", limit("5/minute"))]
async fn search(q: Option<String>) -> Option<String> {
    q
}
// ANCHOR_END: operation

// ANCHOR: key
#[post("/import", limit("10/hour", by = tenant, name = "import"))]
async fn import() {}

fn tenant(request: &RequestInfo<'_>) -> LimitKey {
    LimitKey::of(request.headers().get("x-tenant").map(|tenant| tenant.as_bytes()))
}
// ANCHOR_END: key

// ANCHOR: app
pub fn app(rate: Rate) -> App {
    App::new("Shop", "1.0.0").depends([RateLimit::new(rate).name("all").into()]).include(routes![search, import])
}
// ANCHOR_END: app

#[cfg(test)]
mod tests {
    use super::*;

    // ANCHOR: test
    #[fastrail::test]
    async fn the_sixth_search_within_a_minute_has_to_wait() {
        let client = TestClient::new(app("600/minute".parse().expect("a rate"))).await;
        for _ in 0..5 {
            client.get("/search").await.assert_status(200);
        }
        client.get("/search").await.assert_status(429);
    }
    // ANCHOR_END: test

    #[fastrail::test]
    async fn tenants_count_apart_and_the_app_counts_all() {
        let client = TestClient::new(app("12/minute".parse().expect("a rate"))).await;
        for _ in 0..10 {
            client.post("/import").header("x-tenant", "a").await.assert_status(204);
        }
        client.post("/import").header("x-tenant", "a").await.assert_status(429);
        client.post("/import").header("x-tenant", "b").await.assert_status(204);
        client.get("/search").await.assert_status(429).assert_header("ratelimit-policy", "\"all\";q=12;w=60");
    }
}
