//! Limits that several instances count together, and what they do while Redis is away.

use fastrail::prelude::*;
use fastrail::rate_limit::{Algorithm, Rate, RateLimit, RateLimits};
use fastrail::redis::Redis;

use crate::redis_server::RedisServer;
use crate::support::Logs;

#[get("/search", limit("5/hour"))]
async fn search() -> &'static str {
    "found"
}

#[post("/login", limit("5/hour", name = "login", fail_closed = true))]
async fn log_in() -> &'static str {
    "welcome"
}

/// One of several instances of an app
async fn instance(redis: &Redis, prefix: &str) -> TestClient {
    let limits = RateLimits::new().redis(redis.clone(), prefix);
    TestClient::new(
        App::new("T", "1").errors(ProblemDetails::new()).include(routes![search, log_in]).rate_limits(limits),
    )
    .await
}

#[fastrail::test]
async fn instances_count_together_and_apps_apart() {
    let Some(server) = RedisServer::start() else { return };
    let redis = server.handle();
    redis.back().await;
    let instances = [instance(&redis, "shop").await, instance(&redis, "shop").await];
    for count in 0..5 {
        let answer = instances[count % 2].get("/search").await;
        answer.assert_status(200).assert_header("ratelimit-policy", "\"default\";q=5;w=3600");
        assert!(
            answer.header("ratelimit").is_some_and(|state| state.starts_with(&format!("\"default\";r={};", 4 - count)))
        );
    }
    for instance in &instances {
        let refused = instance.get("/search").await;
        refused.assert_status(429);
        let wait: u64 = refused.header("retry-after").expect("a wait").parse().expect("seconds");
        assert!((1..=7_200).contains(&wait), "{wait}");
    }
    instance(&redis, "other").await.get("/search").await.assert_status(200);
}

#[fastrail::test]
async fn of_many_at_once_on_two_instances_exactly_the_limit_passes() {
    let Some(server) = RedisServer::start() else { return };
    let redis = server.handle();
    redis.back().await;
    for algorithm in [Algorithm::SlidingWindow, Algorithm::FixedWindow, Algorithm::TokenBucket] {
        let rate = "100/30d".parse::<Rate>().expect("a rate").counted_by(algorithm);
        // One place for both, as in two processes of one program.
        let app = || {
            #[get("/")]
            async fn nothing() {}
            let limits = RateLimits::new().redis(redis.clone(), format!("{algorithm:?}"));
            App::new("T", "1").include(routes![nothing]).depends([RateLimit::new(rate).into()]).rate_limits(limits)
        };
        let instances = [TestClient::new(app()).await, TestClient::new(app()).await];
        let asked = (0..400).map(|count| instances[count % 2].get("/").into_future());
        let answers = futures_util::future::join_all(asked).await;
        let passed = answers.iter().filter(|answer| answer.status() == 204).count();
        assert_eq!(passed, 100, "{algorithm:?}");
        assert!(answers.iter().all(|answer| matches!(answer.status().as_u16(), 204 | 429)), "{algorithm:?}");
    }
}

#[test]
fn while_redis_is_away_a_limit_counts_here_or_refuses_and_goes_on_when_it_is_back() {
    let Some(mut server) = RedisServer::start() else { return };
    let logs = Logs::default();
    logs.capture(async {
        let redis = server.handle();
        redis.back().await;
        let instances = [instance(&redis, "shop").await, instance(&redis, "shop").await];
        instances[0].get("/search").await.assert_status(200);
        server.kill();
        for instance in &instances {
            for _ in 0..5 {
                instance.get("/search").await.assert_status(200);
            }
            instance.get("/search").await.assert_status(429);
            let refused = instance.post("/login").await;
            refused.assert_status(503).assert_header("retry-after", "5");
            assert_eq!(refused.json::<Value>()["code"], "rate_limit_unavailable");
        }
        server.start_again();
        redis.back().await;
        // It has forgotten everything, and counts for both again.
        for count in 0..5 {
            instances[count % 2].get("/search").await.assert_status(200);
            instances[count % 2].post("/login").await.assert_status(200);
        }
        instances[0].get("/search").await.assert_status(429);
        instances[1].post("/login").await.assert_status(429);
    });
    let away = logs.lines().iter().filter(|line| line.contains("Redis is away")).count();
    assert!((1..=2).contains(&away), "{:?}", logs.lines());
}

#[fastrail::test]
async fn no_key_in_redis_shows_who_it_is() {
    #[get("/", limit("5/hour", by_header = "x-api-key"))]
    async fn nothing() {}
    let Some(server) = RedisServer::start() else { return };
    let redis = server.handle();
    redis.back().await;
    let limits = RateLimits::new().redis(redis.clone(), "shop");
    let client = TestClient::new(App::new("T", "1").include(routes![nothing]).rate_limits(limits)).await;
    client.get("/").header("x-api-key", "frk_s3cret").await.assert_status(204);
    let keys = redis.run(|mut connection| async move {
        fastrail::redis::driver::cmd("KEYS").arg("*").query_async::<Vec<String>>(&mut connection).await
    });
    let keys = keys.await.expect("it answers");
    assert!(keys.len() == 1 && keys[0].starts_with("shop:limit:") && !keys[0].contains("s3cret"), "{keys:?}");
    assert_eq!(keys[0].len(), "shop:limit:".len() + 22);
}

#[fastrail::test]
async fn the_document_tells_of_a_limit_that_fails_closed() {
    let client =
        TestClient::new(App::new("T", "1").errors(ProblemDetails::new()).include(routes![search, log_in])).await;
    let paths = &client.openapi()["paths"];
    let unavailable = &paths["/login"]["post"]["responses"]["503"];
    assert!(unavailable["headers"].get("Retry-After").is_some(), "{unavailable}");
    assert!(paths["/search"]["get"]["responses"].get("503").is_none());
}
