//! Rate limits: who is counted, what is told, and that nobody passes by a trick.

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use fastrail::prelude::*;
use fastrail::rate_limit::{Algorithm, LimitKey, Rate, RateLimit, RateLimitPer, RateLimited, RateLimits, ip};
use fastrail::{RequestInfo, TrustedProxies};
use http::HeaderValue;

#[get("/search", limit("3/minute"))]
async fn search() -> &'static str {
    "found"
}

#[get("/other", limit("3/minute"))]
async fn other() -> &'static str {
    "other"
}

#[post("/login", limit("2/10s", by = tenant, name = "login"))]
async fn log_in(body: Value) -> Value {
    body
}

#[get("/free")]
async fn free() -> &'static str {
    "free"
}

fn tenant(request: &RequestInfo<'_>) -> LimitKey {
    LimitKey::of(request.headers().get("x-tenant").map(HeaderValue::as_bytes))
}

fn app() -> App {
    App::new("T", "1").errors(ProblemDetails::new()).include(routes![search, other, log_in, free])
}

fn with_paused_time(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(test);
}

#[test]
fn exactly_as_many_pass_and_each_answer_tells_how_it_stands() {
    with_paused_time(async {
        let client = TestClient::new(app()).await;
        for remaining in [2, 1, 0] {
            let answer = client.get("/search").await;
            answer.assert_status(200).assert_header("ratelimit-policy", "\"default\";q=3;w=60");
            answer.assert_header("ratelimit", &format!("\"default\";r={remaining};t=60"));
        }
        let refused = client.get("/search").await;
        refused
            .assert_status(429)
            .assert_header("retry-after", "80")
            .assert_header("ratelimit", "\"default\";r=0;t=80");
        let problem: Value = refused.json();
        assert_eq!(problem["code"], "rate_limit_exceeded");
        assert_eq!(problem["detail"], "The limit `default` lets you pass again in 80 s");
        // Another operation has its own count, and what has no limit says nothing of one.
        client.get("/other").await.assert_status(200);
        assert!(client.get("/free").await.header("ratelimit").is_none());
        tokio::time::advance(Duration::from_secs(80)).await;
        client.get("/search").await.assert_status(200);
    });
}

#[test]
fn a_key_of_ones_own_counts_apart_and_is_settled_before_the_body_is_read() {
    with_paused_time(async {
        let client = TestClient::new(app()).await;
        let log_in =
            |tenant: &'static str| client.post("/login").header("x-tenant", tenant).body("application/json", "no json");
        for _ in 0..2 {
            log_in("a").await.assert_status(422);
        }
        let refused = log_in("a").await;
        refused.assert_status(429).assert_header("ratelimit-policy", "\"login\";q=2;w=10");
        log_in("b").await.assert_status(422);
    });
}

#[test]
fn every_answer_of_a_limited_operation_tells_how_it_stands() {
    #[get("/items/{id}", limit("9/minute"))]
    async fn read_item(id: u32) -> Result<String> {
        match id {
            0 => panic!("of no use"),
            1 => Err(Error::new(404, "Item not found")),
            2 => Err(Error::new(500, "Broken")),
            _ => Ok(format!("item {id}")),
        }
    }
    #[derive(Clone)]
    struct Unit;
    #[dependency(teardown = fail)]
    async fn unit() -> Unit {
        Unit
    }
    async fn fail(_: Unit, _: Outcome) -> Result<()> {
        Err(Error::new(503, "The commit failed"))
    }
    #[get("/late", limit("9/minute"))]
    async fn late(_unit: Unit) {}
    #[get("/mine", limit("9/minute"))]
    async fn mine(_token: BearerToken) {}
    with_paused_time(async {
        let client = TestClient::new(app().include(routes![read_item, late, mine])).await.unchecked();
        let asked = ["/items/3", "/items/1", "/items/x", "/items/2", "/items/0"];
        for (remaining, (path, status)) in
            [8, 7, 6, 5, 4].into_iter().zip(asked.into_iter().zip([200, 404, 422, 500, 500]))
        {
            let answer = client.get(path).await;
            answer.assert_status(status).assert_header("ratelimit", &format!("\"default\";r={remaining};t=60"));
            assert_eq!(answer.headers().get_all("ratelimit").iter().count(), 1, "{path}");
        }
        client.get("/late").await.assert_status(503).assert_header("ratelimit-policy", "\"default\";q=9;w=60");
        client.get("/mine").await.assert_status(401).assert_header("ratelimit", "\"default\";r=8;t=60");
    });
}

#[fastrail::test]
async fn a_header_s_value_counts_apart_and_without_it_the_address() {
    #[get("/", limit("1/hour", by_header = "x-api-key"))]
    async fn nothing() {}
    let client = TestClient::new(App::new("T", "1").include(routes![nothing])).await;
    for key in ["a", "b"] {
        client.get("/").header("x-api-key", key).await.assert_status(204);
        client.get("/").header("x-api-key", key).await.assert_status(429);
    }
    client.get("/").await.assert_status(204);
    client.get("/").await.assert_status(429);
}

/// Who calls, made once in a request
#[derive(Clone)]
struct CurrentUser {
    id: u32,
}

#[dependency]
async fn current_user(token: BearerToken, made: State<Made>) -> Result<CurrentUser> {
    made.0.0.fetch_add(1, Ordering::Relaxed);
    token.expose().parse().map(|id| CurrentUser { id }).map_err(|_| Error::new(401, "Unknown token"))
}

impl RateLimited for CurrentUser {
    fn limit_key(&self) -> LimitKey {
        LimitKey::of(self.id)
    }
}

#[derive(Clone, Default)]
struct Made(Arc<AtomicU32>);

#[post("/orders", limit_per::<CurrentUser>("2/hour", name = "orders"))]
async fn order(user: CurrentUser, body: Value) -> Value {
    json!({ "of": user.id, "what": body })
}

#[fastrail::test]
async fn a_limit_per_user_counts_users_and_not_who_is_unknown() {
    let made = Made::default();
    let app = App::new("T", "1").errors(ProblemDetails::new()).include(routes![order]).state(made.clone());
    let client = TestClient::new(app).await;
    let order =
        |token: &'static str| client.post("/orders").header("authorization", &format!("Bearer {token}")).json(1);
    for _ in 0..5 {
        order("eve").await.assert_status(401);
    }
    for _ in 0..2 {
        order("7").await.assert_status(200).assert_header("ratelimit-policy", "\"orders\";q=2;w=3600");
    }
    // Before the body is read.
    let refused = client.post("/orders").header("authorization", "Bearer 7").body("application/json", "no json").await;
    refused.assert_status(429);
    order("8").await.assert_status(200);
    assert_eq!(made.0.load(Ordering::Relaxed), 5 + 2 + 1 + 1, "the limit and the operation share it");
    let responses = &client.openapi()["paths"]["/orders"]["post"]["responses"];
    assert!(responses.get("429").is_some() && responses.get("401").is_some(), "{responses}");
}

#[fastrail::test]
async fn a_limit_per_user_can_stand_on_the_app_with_a_rate_from_the_settings() {
    let rate: Rate = "1/hour".parse().expect("a rate");
    let app = App::new("T", "1").include(routes![free]).state(Made::default());
    let client = TestClient::new(app.depends([RateLimitPer::<CurrentUser>::new(rate).into()])).await;
    let free = |token: &'static str| client.get("/free").header("authorization", &format!("Bearer {token}"));
    free("7").await.assert_status(200);
    free("7").await.assert_status(429);
    free("8").await.assert_status(200);
}

#[test]
fn a_limit_on_the_app_counts_all_operations_together_beside_their_own() {
    with_paused_time(async {
        let client = TestClient::new(app().depends(depends![limit("4/minute", name = "all")])).await;
        client.get("/free").await.assert_status(200).assert_header("ratelimit", "\"all\";r=3;t=60");
        let answer = client.get("/search").await;
        let told: Vec<_> = answer.headers().get_all("ratelimit").iter().map(HeaderValue::as_bytes).collect();
        assert_eq!(told, [&b"\"all\";r=2;t=60"[..], b"\"default\";r=2;t=60"]);
        client.get("/other").await.assert_status(200);
        client.get("/other").await.assert_status(200);
        client.get("/free").await.assert_status(429);
        client.get("/no-such-thing").await.assert_status(404);
    });
}

#[fastrail::test]
async fn nobody_passes_by_saying_that_it_is_somebody_else() {
    let client = TestClient::new(app()).await;
    let mut passed = 0;
    for number in 0..10_000_u32 {
        let address = IpAddr::from(number.to_be_bytes()).to_string();
        let forwarded = format!("for={address}");
        let answer = client.get("/search").header("x-forwarded-for", &address).header("forwarded", &forwarded).await;
        passed += usize::from(answer.status() == 200);
    }
    assert_eq!(passed, 3);
}

#[test]
fn behind_a_trusted_proxy_the_right_most_address_that_is_no_proxy_counts() {
    let behind = app().trusted_proxies(TrustedProxies::parse(["10.0.0.0/8"]).expect("addresses"));
    with_paused_time(async {
        let client = TestClient::new(behind).await.with_peer("10.0.0.1:4000".parse().expect("an address"));
        let from = |forwarded: &'static str| client.get("/search").header("x-forwarded-for", forwarded);
        for _ in 0..3 {
            from("203.0.113.7").await.assert_status(200);
        }
        from("8.8.8.8, 203.0.113.7, 10.1.2.3").await.assert_status(429);
        from("203.0.113.8").await.assert_status(200);
        // Of IPv6, a network of 64 bits is one caller.
        for address in ["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3"] {
            from(address).await.assert_status(200);
        }
        from("2001:db8::4").await.assert_status(429);
        from("2001:db8:0:1::4").await.assert_status(200);
    });
}

#[fastrail::test]
async fn a_limit_can_come_from_the_settings_and_be_switched_off() {
    let rate: Rate = "1/hour".parse().expect("a rate");
    let limited = || app().depends([RateLimit::new(rate.counted_by(Algorithm::TokenBucket)).by(ip).into()]);
    let client = TestClient::new(limited()).await;
    client.get("/free").await.assert_status(200).assert_header("ratelimit-policy", "\"default\";q=1;w=3600");
    client.get("/free").await.assert_status(429);
    let client = TestClient::new(limited().rate_limits(RateLimits::new().enabled(false))).await;
    for _ in 0..5 {
        let answer = client.get("/free").await;
        answer.assert_status(200);
        assert!(answer.header("ratelimit").is_none());
    }
}

#[fastrail::test]
async fn the_document_tells_of_the_429_and_its_headers() {
    let client = TestClient::new(app()).await;
    let document = client.openapi();
    let refused = &document["paths"]["/search"]["get"]["responses"]["429"];
    for header in ["Retry-After", "RateLimit", "RateLimit-Policy"] {
        assert!(refused["headers"].get(header).is_some(), "{header}: {refused}");
    }
    assert!(document["paths"]["/free"]["get"]["responses"].get("429").is_none());
}
