//! Rate limits: on an operation, on the app, by a key of one's own, and for callers that a dependency knows.

use fastrail::RequestInfo;
use fastrail::prelude::*;
use fastrail::rate_limit::{LimitKey, Rate, RateLimit, RateLimited, RateLimits};
use fastrail::redis::{Redis, RedisUrlError};

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

// ANCHOR: user
#[derive(Clone)]
struct CurrentUser {
    id: u64,
}

#[dependency]
async fn current_user(token: BearerToken) -> Result<CurrentUser> {
    token.expose().parse().map(|id| CurrentUser { id }).map_err(|_| Error::new(401, "Unknown token"))
}

impl RateLimited for CurrentUser {
    fn limit_key(&self) -> LimitKey {
        LimitKey::of(self.id)
    }
}

#[post("/orders", limit_per::<CurrentUser>("2/minute", name = "orders"))]
async fn order(user: CurrentUser) -> String {
    format!("ordered for {}", user.id)
}
// ANCHOR_END: user

// ANCHOR: closed
#[post("/login", limit("5/minute", name = "login", fail_closed = true))]
async fn log_in() {}
// ANCHOR_END: closed

// ANCHOR: redis
pub fn shared(app: App, redis_url: &str) -> Result<App, RedisUrlError> {
    let redis = Redis::new(redis_url)?;
    Ok(app.rate_limits(RateLimits::new().redis(redis, "shop")))
}
// ANCHOR_END: redis

// ANCHOR: app
pub fn app(rate: Rate) -> App {
    App::new("Shop", "1.0.0")
        .depends([RateLimit::new(rate).name("all").into()])
        .include(routes![search, import, order, log_in])
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
    async fn users_count_apart_and_strangers_not_at_all() {
        let client = TestClient::new(app("600/minute".parse().expect("a rate"))).await;
        client.post("/orders").header("authorization", "Bearer eve").await.assert_status(401);
        for user in ["Bearer 1", "Bearer 2"] {
            for _ in 0..2 {
                client.post("/orders").header("authorization", user).await.assert_status(200);
            }
            client.post("/orders").header("authorization", user).await.assert_status(429);
        }
    }

    #[fastrail::test]
    async fn without_redis_a_limit_counts_here_or_is_closed() {
        let app = shared(app("600/minute".parse().expect("a rate")), "unix:///nowhere").expect("a URL");
        let client = TestClient::new(app).await.unchecked();
        client.get("/search").await.assert_status(200);
        client.post("/login").await.assert_status(503).assert_header("retry-after", "5");
    }

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
