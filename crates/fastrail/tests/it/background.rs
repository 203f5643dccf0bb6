//! Work after the answer: when it runs, what it knows, and that it neither holds anything up nor is lost.

use std::sync::{Arc, Mutex};

use fastrail::Limits;
use fastrail::prelude::*;
use tokio::sync::Semaphore;

use crate::support::{Logs, Server, receive, send};

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
}

/// What work waits for
#[derive(Clone)]
struct Gate(Arc<Semaphore>);

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }
}

#[derive(Clone)]
struct Query;

#[dependency]
async fn query(tasks: BackgroundTasks, #[query] q: Option<String>, seen: State<Seen>) -> Query {
    if let Some(q) = q {
        tasks.add(async move { seen.note(format!("found query: {q}")) });
    }
    Query
}

#[post("/send/{email}")]
async fn send_notification(email: String, tasks: BackgroundTasks, _query: Query, seen: State<Seen>) -> String {
    tasks.add_blocking({
        let seen = seen.clone();
        move || seen.note(format!("message to {email}"))
    });
    seen.note("answered");
    "sent".to_owned()
}

async fn panics() {
    panic!("in the background")
}

#[post("/odd/{what}")]
async fn odd(what: String, tasks: BackgroundTasks, seen: State<Seen>) -> Result<String> {
    let note = |text: &'static str| {
        let seen = seen.0.clone();
        async move { seen.note(text) }
    };
    tasks.add(note("first"));
    tasks.add(panics());
    tasks.add(async { Err::<(), _>("it did not work") });
    tasks.add(note("last"));
    let told = seen.0.clone();
    tasks.add_with_outcome(move |outcome| async move { told.note(format!("{outcome:?}")) });
    match what.as_str() {
        "fails" => Err(Error::new(409, "no")),
        "panics" => panic!("in the operation"),
        _ => Ok(what),
    }
}

#[get("/slow")]
async fn slow(tasks: BackgroundTasks, seen: State<Seen>, gate: State<Gate>) -> &'static str {
    tasks.add(async move {
        gate.0.0.acquire().await.expect("it stays open").forget();
        seen.note("slow work done");
    });
    "at once"
}

#[get("/waits")]
async fn waits(tasks: BackgroundTasks, seen: State<Seen>, gate: State<Gate>) -> &'static str {
    let told = seen.clone();
    tasks.add(panics());
    tasks.add_with_outcome(|outcome| async move { told.note(format!("{outcome:?}")) });
    seen.note("started");
    gate.0.0.acquire().await.expect("it stays open").forget();
    "never"
}

fn app(seen: &Seen, gate: &Gate) -> App {
    let routes = routes![send_notification, odd, slow, waits];
    App::new("T", "1").state(seen.clone()).state(gate.clone()).include(routes)
}

#[fastrail::test]
async fn work_runs_in_order_after_the_answer_also_from_dependencies() {
    let seen = Seen::default();
    let client = TestClient::new(app(&seen, &Gate::default())).await;
    client.post("/send/a@b?q=x").await.assert_status(200).assert_json("sent");
    client.background_done().await;
    assert_eq!(seen.take(), ["answered", "found query: x", "message to a@b"]);
}

#[test]
fn a_panic_or_failure_is_logged_with_the_request_and_stops_nothing() {
    let logs = Logs::default();
    let seen = Seen::default();
    logs.capture(async {
        let client = TestClient::new(app(&seen, &Gate::default())).await;
        client.post("/odd/works").header("x-request-id", "r-1").await.assert_status(200);
        client.background_done().await;
        assert_eq!(seen.take(), ["first", "last", "Success(200)"]);
    });
    let lines = logs.lines();
    let failures: Vec<_> = lines.iter().filter(|line| line.contains("background work failed")).collect();
    assert_eq!(failures.len(), 2, "{lines:?}");
    assert!(failures.iter().all(|line| line.starts_with("ERROR") && line.contains("r-1")), "{failures:?}");
    assert!(failures[0].contains("in the background") && failures[1].contains("it did not work"), "{failures:?}");
}

#[fastrail::test]
async fn after_a_failure_only_what_asks_for_the_outcome_runs() {
    let seen = Seen::default();
    let client = TestClient::new(app(&seen, &Gate::default())).await.unchecked();
    client.post("/odd/fails").await.assert_status(409);
    client.background_done().await;
    assert_eq!(seen.take(), ["Failure(409)"]);
    client.post("/odd/panics").await.assert_status(500);
    client.background_done().await;
    assert_eq!(seen.take(), ["Panicked"]);
}

#[fastrail::test]
async fn neither_the_client_nor_a_middleware_waits_and_the_drain_does() {
    let (seen, gate) = (Seen::default(), Gate::default());
    let layers = app(&seen, &gate).middleware(Compression::new()).middleware(Cors::allow(["https://a.example"]));
    let server = Server::start(layers).await;
    let mut stream = server.connect().await;
    for _ in 0..2 {
        // The connection is free at once, while the work still waits.
        send(&mut stream, "GET /slow HTTP/1.1").await;
        assert!(receive(&mut stream).await.ends_with("\"at once\""));
    }
    assert_eq!(seen.take(), [""; 0]);
    drop(stream);
    let ended = server.tell_to_stop();
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    assert!(!ended.is_finished(), "the drain waits for the work");
    gate.0.add_permits(2);
    ended.await.expect("no panic").expect("no error");
    assert_eq!(seen.take(), ["slow work done", "slow work done"]);
}

#[fastrail::test]
async fn a_client_that_leaves_is_an_outcome_too() {
    let seen = Seen::default();
    let server = Server::start(app(&seen, &Gate::default())).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /waits HTTP/1.1").await;
    while seen.take().is_empty() {
        tokio::task::yield_now().await;
    }
    drop(stream);
    server.stop().await;
    assert_eq!(seen.take(), ["Cancelled"]);
}

#[fastrail::test]
async fn an_app_with_too_much_to_do_says_so() {
    let (seen, gate) = (Seen::default(), Gate::default());
    let limits = Limits { max_background_waiting: 1, ..Limits::default() };
    let client = TestClient::new(app(&seen, &gate).limits(limits)).await;
    client.get("/slow").await.assert_status(200);
    let refused = client.get("/slow").await;
    refused.assert_status(503).assert_header("retry-after", "5");
    gate.0.add_permits(1);
    client.background_done().await;
    client.get("/slow").await.assert_status(200);
    gate.0.add_permits(1);
    client.background_done().await;
    assert_eq!(seen.take().len(), 2);
}
