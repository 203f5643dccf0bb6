//! Events: who hears them, when, with what, and that nobody's failure is another's.

use std::sync::{Arc, Mutex};

use fastrail::prelude::*;
use fastrail::{DomainEvent, EventBus, Limits};
use tokio::sync::Semaphore;

use crate::support::{Logs, Server, send};

/// What has happened, in order
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn note(&self, what: impl Into<String>) {
        self.0.lock().expect("no panic holds it").push(what.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("no panic holds it"))
    }

    /// For listeners of one event, between which there is no order
    fn sorted(&self) -> Vec<String> {
        let mut seen = self.take();
        seen.sort();
        seen
    }
}

#[derive(Debug, Serialize, Deserialize, DomainEvent)]
struct UserRegistered {
    name: String,
}

#[derive(Debug, Serialize, Deserialize, DomainEvent)]
#[event(name = "user.greeted")]
struct Greeted {
    name: String,
}

/// A unit of work that tells how it ended
#[derive(Clone)]
struct Unit(Seen);

#[dependency(teardown = finish)]
async fn unit(seen: State<Seen>) -> Unit {
    Unit(seen.0)
}

async fn finish(unit: Unit, outcome: Outcome) {
    let end = if outcome.is_success() { "commit" } else { "rollback" };
    unit.0.note(end);
}

#[post("/users/{name}", status = 201)]
async fn register(name: String, events: EventBus, unit: Unit) -> Result<()> {
    events.emit(UserRegistered { name: name.clone() });
    unit.0.note(format!("registered {name}"));
    match name.as_str() {
        "taken" => Err(Error::new(409, "taken")),
        _ => Ok(()),
    }
}

#[on_event]
async fn greet(event: Arc<UserRegistered>, seen: State<Seen>, events: EventBus) {
    seen.note(format!("greets {}", event.name));
    events.emit(Greeted { name: event.name.clone() });
}

#[on_event]
fn count(event: Arc<UserRegistered>, seen: State<Seen>, id: RequestId) {
    seen.note(format!("counts {} of {id}", event.name));
}

#[on_event]
async fn audit(event: Arc<Greeted>, unit: Unit) -> Result<(), String> {
    unit.0.note(format!("audits {}", event.name));
    if event.name == "eve" { Err("there is no eve".to_owned()) } else { Ok(()) }
}

#[on_event]
async fn panics(_event: Arc<UserRegistered>) {
    panic!("in a listener");
}

fn app(seen: &Seen) -> App {
    App::new("T", "1").state(seen.clone()).include(routes![register])
}

#[fastrail::test]
async fn listeners_hear_an_event_once_its_operation_has_committed() {
    let seen = Seen::default();
    let client = TestClient::new(app(&seen).listeners(listeners![greet, count])).await;
    client.post("/users/ada").header("x-request-id", "r-1").await.assert_status(201);
    client.background_done().await;
    let seen = seen.take();
    assert_eq!(seen[..2], ["registered ada", "commit"]);
    let mut heard = seen[2..].to_vec();
    heard.sort();
    assert_eq!(heard, ["counts ada of r-1", "greets ada"]);
}

#[fastrail::test]
async fn nobody_hears_of_a_failed_operation() {
    let seen = Seen::default();
    let client = TestClient::new(app(&seen).listeners(listeners![greet, count])).await.unchecked();
    client.post("/users/taken").await.assert_status(409);
    client.background_done().await;
    assert_eq!(seen.take(), ["registered taken", "rollback"]);
}

#[fastrail::test]
async fn an_event_without_listeners_is_none() {
    let seen = Seen::default();
    let client = TestClient::new(app(&seen)).await;
    client.post("/users/ada").await.assert_status(201);
    client.background_done().await;
    assert_eq!(seen.take(), ["registered ada", "commit"]);
}

#[test]
fn a_listener_that_fails_rolls_back_alone_and_is_told_in_the_log() {
    let (logs, seen) = (Logs::default(), Seen::default());
    logs.capture(async {
        let client = TestClient::new(app(&seen).listeners(listeners![panics, greet, audit, count])).await;
        client.post("/users/eve").header("x-request-id", "r-2").await.assert_status(201);
        client.background_done().await;
    });
    assert_eq!(
        seen.sorted(),
        ["audits eve", "commit", "counts eve of r-2", "greets eve", "registered eve", "rollback"]
    );
    let lines = logs.lines();
    let failed: Vec<_> = lines.iter().filter(|line| line.contains("a listener failed")).collect();
    assert_eq!(failed.len(), 2, "{lines:?}");
    assert!(failed.iter().all(|line| line.starts_with("ERROR") && line.contains("r-2")), "{failed:?}");
    assert!(failed.iter().any(|line| line.contains("panics") && line.contains("user_registered")), "{failed:?}");
    assert!(failed.iter().any(|line| line.contains("audit") && line.contains("user.greeted")), "{failed:?}");
    assert!(lines.iter().any(|line| line.contains("there is no eve")), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("in a listener")), "{lines:?}");
}

#[fastrail::test]
async fn the_drain_waits_for_listeners() {
    #[derive(Clone)]
    struct Gate(Arc<Semaphore>);
    #[on_event]
    async fn slow(_event: Arc<UserRegistered>, gate: State<Gate>, seen: State<Seen>) {
        gate.0.0.acquire().await.expect("it stays open").forget();
        seen.note("slow");
    }
    let (seen, gate) = (Seen::default(), Gate(Arc::new(Semaphore::new(0))));
    let server = Server::start(app(&seen).state(gate.clone()).listeners(listeners![slow, count])).await;
    let mut stream = server.connect().await;
    send(&mut stream, "POST /users/ada HTTP/1.1").await;
    // Both run at the same time: the fast one does not wait for the slow one.
    while !seen.0.lock().expect("no panic").iter().any(|what| what.starts_with("counts")) {
        tokio::task::yield_now().await;
    }
    let ended = server.tell_to_stop();
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    assert!(!ended.is_finished(), "the drain waits for the listener");
    gate.0.add_permits(1);
    ended.await.expect("no panic").expect("no error");
    assert_eq!(seen.take().last().map(String::as_str), Some("slow"));
}

#[fastrail::test]
async fn events_are_bounded_as_background_work_is() {
    let limits = Limits { max_background_waiting: 0, ..Limits::default() };
    let client = TestClient::new(app(&Seen::default()).limits(limits).listeners(listeners![count])).await;
    client.post("/users/ada").await.assert_status(503).assert_header("retry-after", "5");
}

#[fastrail::test]
async fn a_dependency_of_a_listener_can_be_overridden() {
    let (seen, other) = (Seen::default(), Seen::default());
    let instead = other.clone();
    let overridden = app(&seen).listeners(listeners![greet, audit]).override_dependency(move || {
        let unit = Unit(instead.clone());
        async move { Ok(unit) }
    });
    let client = TestClient::new(overridden).await;
    client.post("/users/ada").await.assert_status(201);
    client.background_done().await;
    assert_eq!(other.take(), ["registered ada", "audits ada"]);
}

#[test]
fn a_listener_takes_one_event_and_nothing_of_a_request_and_an_operation_takes_none() {
    #[derive(Clone)]
    struct Searched;
    #[dependency]
    async fn searched(#[query] _q: Option<String>) -> Searched {
        Searched
    }
    #[on_event]
    async fn reads_a_query(_event: Arc<UserRegistered>, _searched: Searched) {}
    #[on_event]
    async fn reads_a_token(_event: Arc<UserRegistered>, _token: BearerToken) {}
    #[on_event]
    async fn hears_two(_event: Arc<UserRegistered>, _other: Arc<Greeted>) {}
    #[get("/")]
    async fn takes_an_event(_event: Arc<Greeted>) {}

    let app = App::new("T", "1").include(routes![takes_an_event]).listeners(listeners![
        reads_a_query,
        reads_a_token,
        hears_two
    ]);
    let error = app.build().expect_err("none of them can be");
    let problems = error.problems().join("\n");
    for part in [
        "`reads_a_query` at",
        "it takes the query `_q`, and a listener has no request",
        "it takes a credential, and a listener has no request",
        "a listener hears one event: write a fn for each",
        "it takes the event `user.greeted`, which only an `#[on_event]` fn hears",
    ] {
        assert!(problems.contains(part), "{part}\n{problems}");
    }
}

#[fastrail::test]
async fn a_state_that_only_a_listener_takes_is_missed_at_the_start() {
    let listening = App::new("T", "1").listeners(listeners![count]);
    let error = TestClient::try_new(listening).await.expect_err("nothing provides what it notes in");
    assert!(error.to_string().contains("`count` takes `State<"), "{error}");
}

#[test]
fn an_event_is_called_as_its_struct_or_as_it_says() {
    assert_eq!((UserRegistered::NAME, Greeted::NAME), ("user_registered", "user.greeted"));
}
