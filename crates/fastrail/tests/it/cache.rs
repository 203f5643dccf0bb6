//! Answers and values that are kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fastrail::cache::{CacheError, CacheStore};
use fastrail::prelude::*;
use fastrail::settings::ByteSize;
use tokio::sync::Semaphore;

use crate::redis_server::RedisServer;

/// How often something was made
#[derive(Clone, Default)]
struct Made(Arc<AtomicU64>);

impl Made {
    fn again(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }
}

#[get("/prices/{name}", cache("5m", tags("prices")))]
async fn read_price(name: String, #[header] accept_language: Option<String>, made: State<Made>) -> Value {
    json!({ "name": name, "language": accept_language, "made": made.again() })
}

#[derive(Serialize, Deserialize, DomainEvent)]
struct PriceChanged;

#[post("/prices", status = 204)]
async fn change_prices(events: EventBus) {
    events.emit(PriceChanged);
}

#[on_event]
async fn forget_prices(_event: Arc<PriceChanged>, cache: Cache, told: State<Arc<Semaphore>>) -> Result<(), CacheError> {
    cache.invalidate("prices").await?;
    told.add_permits(1);
    Ok(())
}

#[get("/refused", cache("5m"))]
async fn refused(#[query] status: u16, made: State<Made>) -> (StatusCode, String) {
    (StatusCode::from_u16(status).unwrap_or_default(), made.again().to_string())
}

#[get("/with-cookie", cache("5m"))]
async fn with_cookie(made: State<Made>) -> (SetCookie, String) {
    (SetCookie::new("a", "b"), made.again().to_string())
}

#[derive(Clone)]
struct Stranger;

#[dependency]
async fn count_me(made: State<Made>) -> Stranger {
    made.again();
    Stranger
}

#[get("/limited", cache("5m"), limit("2/minute"))]
async fn limited(#[query(le = 5)] page: u32, _stranger: Stranger) -> u32 {
    page
}

struct Shop {
    client: TestClient,
    made: Made,
    told: Arc<Semaphore>,
}

async fn shop(cache: Cache) -> Shop {
    let (made, told) = (Made::default(), Arc::new(Semaphore::new(0)));
    let app = App::new("Shop", "1.0.0")
        .cache(cache)
        .state(made.clone())
        .state(Arc::clone(&told))
        .middleware(SecurityHeaders::new())
        .include(routes![read_price, change_prices, refused, with_cookie, limited])
        .listeners(listeners![forget_prices]);
    Shop { client: TestClient::new(app).await, made, told }
}

fn in_memory() -> Cache {
    Cache::in_memory(ByteSize::new(1 << 20))
}

/// In this process, and in Redis where the test command has found it
async fn caches(redis: Option<&RedisServer>) -> Vec<Cache> {
    let Some(redis) = redis.map(RedisServer::handle) else { return vec![in_memory()] };
    redis.back().await;
    vec![in_memory(), Cache::redis(redis, "shop")]
}

#[fastrail::test]
async fn an_answer_is_made_once_and_says_how_long_it_may_be_kept() {
    let redis = RedisServer::start();
    for cache in caches(redis.as_ref()).await {
        let shop = shop(cache).await;
        let first = shop.client.get("/prices/tea").header("accept-language", "de").await;
        first.assert_status(200);
        first.assert_header("cache-control", "public, max-age=300");
        first.assert_header("vary", "accept-language");
        assert!(first.headers().get("age").is_none());
        let tag = first.headers()["etag"].to_str().expect("a tag").to_owned();
        assert!(tag.starts_with("W/\""), "{tag}");
        let second = shop.client.get("/prices/tea").header("accept-language", "de").await;
        second.assert_header("cache-control", "public, max-age=300");
        second.assert_header("etag", &tag);
        assert!(second.headers()["age"].to_str().expect("seconds").parse::<u64>().expect("seconds") < 60);
        second.assert_json(json!({ "name": "tea", "language": "de", "made": 1 }));
        // Another path, query or declared header is another answer.
        for (path, language) in [("/prices/tea", "en"), ("/prices/tea?x=1", "de"), ("/prices/salt", "de")] {
            let made = shop.made.0.load(Ordering::SeqCst);
            let other = shop.client.get(path).header("accept-language", language).await;
            assert_eq!(other.json::<Value>()["made"], made + 1, "{path} {language}");
        }
        // Who has it is told so.
        for given in [tag.as_str(), "\"other\", *", &format!("\"other\", {tag}")] {
            let not_modified =
                shop.client.get("/prices/tea").header("accept-language", "de").header("if-none-match", given).await;
            not_modified.assert_status(304);
            assert!(not_modified.text().is_empty() && not_modified.headers().get("content-type").is_none());
            not_modified.assert_header("etag", &tag);
        }
        let other =
            shop.client.get("/prices/tea").header("accept-language", "de").header("if-none-match", "\"other\"").await;
        other.assert_status(200);
    }
}

#[fastrail::test]
async fn an_event_lets_what_is_tagged_count_no_more() {
    let redis = RedisServer::start();
    for cache in caches(redis.as_ref()).await {
        let shop = shop(cache).await;
        let made = async || shop.client.get("/prices/tea").await.json::<Value>()["made"].clone();
        assert_eq!((made().await, made().await), (json!(1), json!(1)));
        shop.client.post("/prices").await.assert_status(204);
        shop.told.acquire().await.expect("told").forget();
        assert_eq!((made().await, made().await), (json!(2), json!(2)));
    }
}

#[fastrail::test]
async fn what_is_no_plain_success_is_not_kept() {
    let shop = shop(in_memory()).await;
    for path in ["/refused?status=404", "/refused?status=500", "/refused?status=201", "/with-cookie"] {
        let (first, second) = (shop.client.get(path).await, shop.client.get(path).await);
        assert_ne!(first.text(), second.text(), "{path}");
        second.assert_header("cache-control", "no-store");
        assert!(second.headers().get("etag").is_none(), "{path}");
    }
}

#[fastrail::test]
async fn limits_and_validation_go_first_and_dependencies_are_spared() {
    let shop = shop(in_memory()).await;
    shop.client.get("/limited?page=9").await.assert_status(422);
    shop.client.get("/limited?page=1").await.assert_status(200);
    let last = shop.client.get("/limited?page=1").await;
    last.assert_status(429);
    assert_eq!(shop.made.0.load(Ordering::SeqCst), 1);
}

#[fastrail::test]
async fn of_many_that_ask_at_once_one_makes_it() {
    let redis = RedisServer::start();
    for cache in caches(redis.as_ref()).await {
        let made = Made::default();
        let ask = async |cache: Cache, made: Made| {
            let make = async || {
                tokio::task::yield_now().await;
                Ok::<_, ()>(made.again())
            };
            cache.get_or_insert_with("one", Duration::from_secs(60), make).await
        };
        let all = futures_util::future::join_all((0..100).map(|_| ask(cache.clone(), made.clone()))).await;
        assert!(all.iter().all(|value| *value == Ok(1)), "{all:?}");
        // When the one fails, each tries.
        let failing = async || Err::<u64, u64>(made.again());
        let all = futures_util::future::join_all(
            (0..3).map(|_| cache.get_or_insert_with("two", Duration::from_secs(60), &failing)),
        )
        .await;
        assert_eq!(all, [Err(2), Err(3), Err(4)]);
        cache.remove("one").await.expect("removed");
        assert_eq!(cache.get::<u64>("one").await, None);
    }
}

#[fastrail::test]
async fn a_value_that_was_begun_before_the_invalidation_is_not_kept() {
    let redis = RedisServer::start();
    for cache in caches(redis.as_ref()).await {
        let tagged = cache.tagged(["user:1"]);
        let minute = Duration::from_secs(60);
        let made = tagged
            .get_or_insert_with("name", minute, async || {
                cache.invalidate("user:1").await?;
                Ok::<_, CacheError>("old".to_owned())
            })
            .await;
        assert_eq!(made.as_deref(), Ok("old"));
        assert_eq!(tagged.get::<String>("name").await, None);
        tagged.insert("name", &"new", minute).await.expect("kept");
        assert_eq!(tagged.get::<String>("name").await.as_deref(), Some("new"));
        assert_eq!(tagged.get::<u64>("name").await, None, "of another shape");
    }
}

#[fastrail::test]
async fn what_is_over_is_forgotten_and_memory_is_bounded() {
    let cache = Cache::in_memory(ByteSize::new(64 * 1024));
    cache.insert("short", &1, Duration::from_millis(1)).await.expect("kept");
    let gone = async {
        while cache.get::<u8>("short").await.is_some() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), gone).await.expect("it goes by itself");
    for key in 0..10_000 {
        cache.insert(&format!("key {key}"), &"x".repeat(100), Duration::from_secs(60)).await.expect("kept");
    }
    let mut left = 0;
    for key in 0..10_000 {
        left += usize::from(cache.get::<String>(&format!("key {key}")).await.is_some());
    }
    assert!(left * 100 < 64 * 1024, "{left} are left");
}

/// A store that is away
struct Away;

impl CacheStore for Away {
    fn get<'a>(
        &'a self,
        _: &'a [String],
    ) -> futures_util::future::BoxFuture<'a, Result<Vec<Option<fastrail::cache::Stored>>, CacheError>> {
        Box::pin(async { Err(CacheError::new("away")) })
    }

    fn set<'a>(
        &'a self,
        _: &'a str,
        _: fastrail::cache::CacheEntry,
        _: Duration,
        _: bool,
    ) -> futures_util::future::BoxFuture<'a, Result<(), CacheError>> {
        Box::pin(async { Err(CacheError::new("away")) })
    }

    fn remove<'a>(&'a self, _: &'a str) -> futures_util::future::BoxFuture<'a, Result<(), CacheError>> {
        Box::pin(async { Err(CacheError::new("away")) })
    }

    fn ping(&self) -> futures_util::future::BoxFuture<'_, Result<(), CacheError>> {
        Box::pin(async { Err(CacheError::new("away")) })
    }
}

#[fastrail::test]
async fn a_cache_that_is_away_has_nothing_and_fails_nothing() {
    let shop = shop(Cache::new(Away)).await;
    for made in [1, 2] {
        let answer = shop.client.get("/prices/tea").await;
        answer.assert_header("cache-control", "public, max-age=300");
        assert_eq!(answer.json::<Value>()["made"], made);
    }
    let cache = Cache::new(Away);
    assert_eq!(cache.get_or_insert_with("x", Duration::from_secs(1), async || Ok::<_, ()>(7)).await, Ok(7));
    assert!(cache.invalidate("x").await.is_err() && cache.ping().await.is_err());
}

#[get("/mine", cache("5m"))]
async fn mine(_token: BearerToken) -> u8 {
    0
}

#[get("/also-mine", cache("5m"))]
async fn also_mine(#[cookie] _session: String) -> u8 {
    0
}

#[test]
fn what_is_somebodys_own_is_refused_by_the_build() {
    let error = App::new("Shop", "1.0.0").include(routes![mine, also_mine]).build().expect_err("refused");
    let problems = error.to_string();
    assert!(problems.contains("it reads a credential") && problems.contains("it reads a cookie"), "{problems}");
}

#[test]
fn the_document_tells_that_it_is_kept() {
    let app =
        App::new("Shop", "1.0.0").errors(ProblemDetails::new()).include(routes![read_price]).state(Made::default());
    let document = app.build().expect("an app").openapi().clone();
    let responses = &document["paths"]["/prices/{name}"]["get"]["responses"];
    assert!(
        responses["200"]["headers"]["ETag"].is_object() && responses["200"]["headers"]["Age"].is_object(),
        "{responses}"
    );
    assert_eq!(responses["304"]["description"], "The client has it");
}
