//! Events of several instances over Redis streams: each heard by each listener, told again when it fails, never lost.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrail::Shutdown;
use fastrail::events::RedisStreams;
use fastrail::prelude::*;
use fastrail::redis::Redis;
use fastrail::redis::driver::{FromRedisValue, cmd};
use tokio::sync::Semaphore;

use crate::redis_server::RedisServer;
use crate::support::{Logs, Server, problems, receive, send};

#[derive(Debug, Serialize, Deserialize, DomainEvent)]
struct UserRegistered {
    name: String,
}

/// What has been heard, by whom
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn note(&self, what: impl Into<String>) {
        self.0.lock().expect("no panic holds it").push(what.into());
    }

    fn sorted(&self) -> Vec<String> {
        let mut heard = self.0.lock().expect("no panic holds it").clone();
        heard.sort();
        heard
    }

    async fn wait_for(&self, count: usize) {
        eventually(async || self.sorted().len() >= count).await;
    }
}

/// Lets listeners end, or fail so many times
#[derive(Clone)]
struct Gate {
    open: Arc<Semaphore>,
    failures: Arc<AtomicUsize>,
}

impl Gate {
    fn failing(times: usize) -> Self {
        Self { open: Arc::new(Semaphore::new(0)), failures: Arc::new(AtomicUsize::new(times)) }
    }
}

#[post("/users/{name}", status = 201)]
async fn register(name: String, events: EventBus) -> Result<()> {
    events.emit(UserRegistered { name: name.clone() });
    if name == "taken" { Err(Error::new(409, "taken")) } else { Ok(()) }
}

/// Answers when the drain begins
#[get("/stopping")]
async fn stopping(shutdown: Shutdown, heard: State<Heard>) -> &'static str {
    heard.note("asked");
    shutdown.begun().await;
    "now"
}

#[on_event]
async fn greet(event: Arc<UserRegistered>, heard: State<Heard>, id: RequestId) {
    heard.note(format!("greets {} of {id}", event.name));
}

#[on_event]
fn count(event: Arc<UserRegistered>, heard: State<Heard>) {
    heard.note(format!("counts {}", event.name));
}

#[on_event]
async fn fails(event: Arc<UserRegistered>, heard: State<Heard>, gate: State<Gate>) -> Result<(), String> {
    heard.note(format!("tries {}", event.name));
    let left = gate.0.failures.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
    if left.is_ok() { Err("not yet".to_owned()) } else { Ok(()) }
}

#[on_event]
async fn waits(event: Arc<UserRegistered>, heard: State<Heard>, gate: State<Gate>) {
    heard.note(format!("begins {}", event.name));
    gate.0.open.acquire().await.expect("it stays open").forget();
    heard.note(format!("ends {}", event.name));
}

/// Waits for what must come
async fn eventually(is_so: impl AsyncFn() -> bool) {
    let waiting = async {
        while !is_so().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.expect("it comes within a minute");
}

/// With a lease that even a busy computer keeps
fn streams(redis: &Redis) -> RedisStreams {
    RedisStreams::new(redis.clone(), "shop")
}

/// With a lease that a test can wait for
fn short(redis: &Redis) -> RedisStreams {
    streams(redis).lease(Duration::from_secs(1))
}

fn app(redis: &Redis, heard: &Heard) -> App {
    App::new("T", "1").include(routes![register, stopping]).state(heard.clone()).events(streams(redis))
}

async fn ask<T: FromRedisValue>(redis: &Redis, words: &[&str]) -> T {
    let mut command = cmd(words[0]);
    words[1..].iter().for_each(|word| {
        command.arg(word);
    });
    redis.run(|mut connection| async move { command.query_async(&mut connection).await }).await.expect("it answers")
}

/// How many events a listener has not acknowledged
async fn pending(redis: &Redis, listener: &str) -> u64 {
    let (count, ..): (u64, Value0, Value0, Value0) =
        ask(redis, &["XPENDING", "shop:events:user_registered", listener]).await;
    count
}

type Value0 = fastrail::redis::driver::Value;

#[fastrail::test]
async fn each_listener_hears_each_event_once_over_all_instances() {
    let Some(server) = RedisServer::start() else { return };
    let redis = server.handle();
    redis.back().await;
    let heard = [Heard::default(), Heard::default()];
    let instances = [
        TestClient::new(app(&redis, &heard[0]).listeners(listeners![greet, count])).await,
        TestClient::new(app(&redis, &heard[1]).listeners(listeners![greet, count])).await,
    ];
    for number in 0..40 {
        let name = format!("/users/{number}");
        instances[number % 2].post(&name).header("x-request-id", &format!("r-{number}")).await.assert_status(201);
    }
    instances[0].clone().unchecked().post("/users/taken").await.assert_status(409);
    eventually(async || heard[0].sorted().len() + heard[1].sorted().len() >= 80).await;
    eventually(async || pending(&redis, "greet").await + pending(&redis, "count").await == 0).await;
    let mut all: Vec<_> = heard.iter().flat_map(Heard::sorted).collect();
    all.sort();
    let mut expected: Vec<_> = (0..40).map(|number| format!("counts {number}")).collect();
    expected.extend((0..40).map(|number| format!("greets {number} of r-{number}")));
    expected.sort();
    assert_eq!(all, expected);
}

#[fastrail::test]
async fn a_listener_that_fails_is_told_again_alone() {
    let Some(server) = RedisServer::start() else { return };
    let redis = server.handle();
    redis.back().await;
    let heard = Heard::default();
    let app = app(&redis, &heard).events(short(&redis)).state(Gate::failing(2)).listeners(listeners![fails, count]);
    let client = TestClient::new(app).await;
    client.post("/users/ada").await.assert_status(201);
    heard.wait_for(4).await;
    eventually(async || pending(&redis, "fails").await == 0).await;
    assert_eq!(heard.sorted(), ["counts ada", "tries ada", "tries ada", "tries ada"]);
}

#[test]
fn what_fails_too_often_or_cannot_be_read_goes_to_the_dead() {
    let Some(server) = RedisServer::start() else { return };
    let logs = Logs::default();
    logs.capture(async {
        let redis = server.handle();
        redis.back().await;
        let heard = Heard::default();
        let app = app(&redis, &heard).events(short(&redis).max_tries(3)).state(Gate::failing(usize::MAX));
        let client = TestClient::new(app.listeners(listeners![fails])).await;
        client.post("/users/ada").header("x-request-id", "r-1").await.assert_status(201);
        eventually(async || ask::<u64>(&redis, &["XLEN", "shop:events:dead"]).await == 1).await;
        assert_eq!(heard.sorted(), ["tries ada"; 3]);
        let _: String = ask(&redis, &["XADD", "shop:events:user_registered", "*", "payload", "{\"surname\":1}"]).await;
        eventually(async || ask::<u64>(&redis, &["XLEN", "shop:events:dead"]).await == 2).await;
        assert_eq!(pending(&redis, "fails").await, 0);
        type Entries = Vec<(String, std::collections::HashMap<String, String>)>;
        let dead: Entries = ask(&redis, &["XRANGE", "shop:events:dead", "-", "+"]).await;
        let of = |index: usize, name: &str| dead[index].1.get(name).map(String::as_str);
        assert_eq!(of(0, "event"), Some("user_registered"));
        assert_eq!(of(0, "listener"), Some("fails"));
        assert_eq!(of(0, "payload"), Some("{\"name\":\"ada\"}"));
        assert_eq!(of(0, "request_id"), Some("r-1"));
        assert_eq!(of(1, "payload"), Some("{\"surname\":1}"));
    });
    let count = |text: &str| logs.lines().iter().filter(|line| line.contains(text)).count();
    assert_eq!(count("an event is given up"), 2, "{:?}", logs.lines());
    assert_eq!(count("a listener failed"), 3);
    assert_eq!(count("an event cannot be read"), 3);
}

#[fastrail::test]
async fn what_a_dead_instance_has_begun_is_told_by_another() {
    let Some(server) = RedisServer::start() else { return };
    let redis = server.handle();
    redis.back().await;
    let heard = [Heard::default(), Heard::default()];
    let url = server.url();
    let (first, other) = (heard[0].clone(), heard[1].clone());
    // Its runtime is its process: it ends without a goodbye.
    let dying = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let redis = Redis::new(&url).expect("a URL").timeout(Duration::from_secs(20));
            redis.back().await;
            let app = app(&redis, &first).events(short(&redis)).state(Gate::failing(0)).listeners(listeners![waits]);
            let client = TestClient::new(app).await;
            client.post("/users/ada").await.assert_status(201);
            first.wait_for(1).await;
            std::mem::forget(client);
        });
        runtime.shutdown_background();
    });
    tokio::task::spawn_blocking(move || dying.join()).await.expect("no panic").expect("no panic");
    let gate = Gate::failing(0);
    gate.open.add_permits(1);
    let _client =
        TestClient::new(app(&redis, &other).events(short(&redis)).state(gate).listeners(listeners![waits])).await;
    other.wait_for(2).await;
    eventually(async || pending(&redis, "waits").await == 0).await;
    assert_eq!(heard[0].sorted(), ["begins ada"]);
    assert_eq!(other.sorted(), ["begins ada", "ends ada"]);
}

#[fastrail::test]
async fn a_listener_may_take_longer_than_a_lease() {
    let Some(server) = RedisServer::start() else { return };
    let redis = server.handle();
    redis.back().await;
    let (heard, gate) = (Heard::default(), Gate::failing(0));
    let instance = || app(&redis, &heard).events(short(&redis)).state(gate.clone()).listeners(listeners![waits]);
    let instances = [TestClient::new(instance()).await, TestClient::new(instance()).await];
    instances[0].post("/users/ada").await.assert_status(201);
    heard.wait_for(1).await;
    // Each time that the idle time falls, its instance has given a sign of life; seven of them are two leases.
    let (signs, last) = (AtomicUsize::new(0), AtomicUsize::new(0));
    eventually(async || {
        type Pending = Vec<(String, String, usize, usize)>;
        let list: Pending = ask(&redis, &["XPENDING", "shop:events:user_registered", "waits", "-", "+", "1"]).await;
        let idle = list.first().expect("it is being heard").2;
        let fell = idle < last.swap(idle, Ordering::Relaxed);
        signs.fetch_add(usize::from(fell), Ordering::Relaxed) + usize::from(fell) >= 7
    })
    .await;
    gate.open.add_permits(1);
    eventually(async || pending(&redis, "waits").await == 0).await;
    assert_eq!(heard.sorted(), ["begins ada", "ends ada"]);
}

#[test]
fn while_redis_is_away_events_are_told_here_and_again_over_redis_when_it_is_back() {
    let Some(mut server) = RedisServer::start() else { return };
    let logs = Logs::default();
    logs.capture(async {
        let redis = server.handle();
        redis.back().await;
        let heard = Heard::default();
        let client = TestClient::new(app(&redis, &heard).listeners(listeners![count])).await;
        client.post("/users/ada").await.assert_status(201);
        heard.wait_for(1).await;
        server.kill();
        for _ in 0..3 {
            client.post("/users/bob").await.assert_status(201);
        }
        client.background_done().await;
        assert_eq!(heard.sorted(), ["counts ada", "counts bob", "counts bob", "counts bob"]);
        server.start_again();
        redis.back().await;
        client.post("/users/eve").await.assert_status(201);
        heard.wait_for(5).await;
        assert_eq!(heard.sorted().last().map(String::as_str), Some("counts eve"));
        eventually(async || pending(&redis, "count").await == 0).await;
    });
    let away = logs.lines().iter().filter(|line| line.contains("Redis is away")).count();
    assert!((1..=2).contains(&away), "{:?}", logs.lines());
}

#[fastrail::test]
async fn an_app_that_stops_ends_what_it_has_begun_and_leaves_the_rest() {
    let Some(server) = RedisServer::start() else { return };
    let redis = server.handle();
    redis.back().await;
    let (heard, gate) = (Heard::default(), Gate::failing(0));
    let instance = || app(&redis, &heard).state(gate.clone()).listeners(listeners![waits]);
    let running = Server::start(instance().events(streams(&redis).concurrency(1))).await;
    for name in ["ada", "bob"] {
        let mut stream = running.connect().await;
        send(&mut stream, &format!("POST /users/{name} HTTP/1.1")).await;
        heard.wait_for(1).await;
    }
    let length = async || ask::<u64>(&redis, &["XLEN", "shop:events:user_registered"]).await;
    eventually(async || length().await == 2).await;
    let mut told = running.connect().await;
    send(&mut told, "GET /stopping HTTP/1.1").await;
    heard.wait_for(2).await;
    let ended = running.tell_to_stop();
    // Before that, the end of the one would let the other begin.
    let answer = receive(&mut told).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(!ended.is_finished());
    gate.open.add_permits(1);
    ended.await.expect("no panic").expect("no error");
    assert_eq!(heard.sorted(), ["asked", "begins ada", "ends ada"], "one has begun and ended");
    let consumers: Vec<Value0> = ask(&redis, &["XINFO", "CONSUMERS", "shop:events:user_registered", "waits"]).await;
    assert!(consumers.is_empty(), "it has left: {consumers:?}");
    // The next one hears what was left.
    gate.open.add_permits(1);
    let _next = TestClient::new(instance()).await;
    heard.wait_for(5).await;
    assert_eq!(heard.sorted(), ["asked", "begins ada", "begins bob", "ends ada", "ends bob"]);
}

#[fastrail::test]
async fn the_trace_travels_with_the_event_and_the_stream_is_capped() {
    let Some(server) = RedisServer::start() else { return };
    let redis = server.handle();
    redis.back().await;
    let app = app(&redis, &Heard::default()).events(streams(&redis).max_events(100));
    let client = TestClient::new(app).await;
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    for _ in 0..500 {
        client.post("/users/ada").header("traceparent", trace).await.assert_status(201);
    }
    client.background_done().await;
    type Entries = Vec<(String, std::collections::HashMap<String, String>)>;
    let kept: Entries = ask(&redis, &["XRANGE", "shop:events:user_registered", "-", "+"]).await;
    assert!((100..300).contains(&kept.len()), "{}", kept.len());
    assert!(kept.iter().all(|(_, fields)| fields.get("traceparent").is_some_and(|sent| sent == trace)));
}

#[test]
fn two_listeners_of_one_name_are_refused() {
    mod other {
        use super::*;

        #[on_event]
        pub(super) async fn count(_event: Arc<UserRegistered>) {}
    }
    let redis = Redis::new("redis://localhost").expect("a URL");
    let twice = || app(&redis, &Heard::default()).listeners(listeners![count, other::count]);
    assert_eq!(
        problems(twice()),
        [
            "two listeners of `user_registered` are called `count`: over Redis a listener is known by its name, rename one"
        ]
    );
}
