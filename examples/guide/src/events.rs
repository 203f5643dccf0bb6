//! Events: one operation tells what has happened, any number of listeners hear it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use fastrail::events::RedisStreams;
use fastrail::prelude::*;
use fastrail::redis::{Redis, RedisUrlError};

#[derive(Clone, Debug, Default)]
pub struct Outbox(Arc<Mutex<Vec<String>>>);

impl Outbox {
    fn send(&self, text: String) {
        self.0.lock().expect("no panic").push(text);
    }
}

#[derive(Clone, Debug, Default)]
pub struct Registered(Arc<AtomicUsize>);

// ANCHOR: emit
/// Somebody has got an account
#[derive(Debug, Serialize, Deserialize, DomainEvent)]
struct UserRegistered {
    name: String,
}

#[post("/users/{name}", status = 201)]
async fn register(name: String, events: EventBus) {
    events.emit(UserRegistered { name });
}
// ANCHOR_END: emit

// ANCHOR: hear
#[on_event]
async fn greet(event: Arc<UserRegistered>, outbox: State<Outbox>) -> Result<(), MailError> {
    if event.name.is_empty() {
        return Err(MailError::NoAddress);
    }
    outbox.send(format!("Welcome, {}", event.name));
    Ok(())
}

#[on_event]
fn count(_event: Arc<UserRegistered>, registered: State<Registered>) {
    registered.0.0.fetch_add(1, Ordering::Relaxed);
}

pub fn app(outbox: Outbox, registered: Registered) -> App {
    App::new("Shop", "1.0.0")
        .state(outbox)
        .state(registered)
        .include(routes![register])
        .listeners(listeners![greet, count])
}
// ANCHOR_END: hear

// ANCHOR: redis
pub fn shared(app: App, redis_url: &str) -> Result<App, RedisUrlError> {
    let redis = Redis::new(redis_url)?;
    Ok(app.events(RedisStreams::new(redis, "shop")))
}
// ANCHOR_END: redis

#[derive(Debug)]
enum MailError {
    NoAddress,
}

impl std::fmt::Display for MailError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("there is no address to write to")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // ANCHOR: test
    #[fastrail::test]
    async fn a_new_user_is_greeted() {
        let (outbox, registered) = (Outbox::default(), Registered::default());
        let client = TestClient::new(app(outbox.clone(), registered.clone())).await;
        client.post("/users/ada").await.assert_status(201);
        client.background_done().await;
        assert_eq!(registered.0.load(Ordering::Relaxed), 1);
        assert_eq!(*outbox.0.lock().expect("no panic"), ["Welcome, ada"]);
    }
    // ANCHOR_END: test

    #[fastrail::test]
    async fn without_redis_she_is_greeted_here() {
        let (outbox, registered) = (Outbox::default(), Registered::default());
        let app = shared(app(outbox.clone(), registered), "unix:///nowhere").expect("a URL");
        let client = TestClient::new(app).await;
        client.post("/users/ada").await.assert_status(201);
        client.background_done().await;
        assert_eq!(*outbox.0.lock().expect("no panic"), ["Welcome, ada"]);
    }
}
