//! What is kept for a while: answers, values, tags.

use std::sync::Arc;
use std::time::Duration;

use fastrail::cache::CacheError;
use fastrail::prelude::*;
use fastrail::settings::ByteSize;

#[derive(Clone, Debug, Serialize, Deserialize, Schema)]
pub struct Price {
    name: String,
    cents: u64,
}

/// What the prices come from, and takes its time
#[derive(Clone, Default)]
pub struct Prices(Arc<std::sync::atomic::AtomicU64>);

impl Prices {
    async fn find(&self, name: &str) -> Result<Price> {
        let cents = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Ok(Price { name: name.to_owned(), cents })
    }
}

// ANCHOR: answer
/// Kept for five minutes: here, by proxies and by browsers
#[get("/prices/{name}", cache("5m", tags("prices")))]
async fn read_price(name: String, prices: State<Prices>) -> Result<Price> {
    prices.find(&name).await
}
// ANCHOR_END: answer

// ANCHOR: value
#[get("/dearest")]
async fn read_dearest(prices: State<Prices>, cache: Cache) -> Result<Price> {
    let cache = cache.tagged(["prices"]);
    cache.get_or_insert_with("dearest", Duration::from_secs(60), async || prices.find("salt").await).await
}
// ANCHOR_END: value

// ANCHOR: invalidate
#[derive(Serialize, Deserialize, DomainEvent)]
struct PriceChanged;

#[put("/prices", status = 204)]
async fn change_prices(events: EventBus) {
    events.emit(PriceChanged);
}

#[on_event]
async fn forget_prices(_event: Arc<PriceChanged>, cache: Cache) -> Result<(), CacheError> {
    cache.invalidate("prices").await
}
// ANCHOR_END: invalidate

// ANCHOR: app
pub fn app() -> App {
    App::new("Shop", "1.0.0")
        .cache(Cache::in_memory(ByteSize::new(64 << 20)))
        .state(Prices::default())
        .include(routes![read_price, read_dearest, change_prices])
        .listeners(listeners![forget_prices])
}
// ANCHOR_END: app

// ANCHOR: redis
pub fn app_of_many_instances(redis: &str) -> Result<App> {
    let redis = fastrail::redis::Redis::new(redis).map_err(Error::internal)?;
    Ok(app().cache(Cache::redis(redis, "shop")))
}
// ANCHOR_END: redis

#[cfg(test)]
mod tests {
    use super::*;

    #[fastrail::test]
    async fn an_answer_is_kept_and_a_client_that_has_it_is_told_so() {
        let client = TestClient::new(app()).await;
        let first = client.get("/prices/tea").await;
        first.assert_header("cache-control", "public, max-age=300");
        let tag = first.headers()["etag"].to_str().expect("a tag").to_owned();
        client.get("/prices/tea").await.assert_json(json!({ "name": "tea", "cents": 0 }));
        client.get("/prices/tea").header("if-none-match", &tag).await.assert_status(304);
        client.get("/dearest").await.assert_json(json!({ "name": "salt", "cents": 1 }));
        client.get("/dearest").await.assert_json(json!({ "name": "salt", "cents": 1 }));
    }

    #[fastrail::test]
    async fn the_cache_of_many_instances_is_named_by_a_url() {
        assert!(app_of_many_instances("redis://127.0.0.1:6379").is_ok());
        assert!(app_of_many_instances("http://127.0.0.1").is_err());
    }
}
