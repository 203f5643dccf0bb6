//! One id from the access log to the last listener, and what a line of the log says.

use std::net::SocketAddr;
use std::sync::Arc;

use fastrail::observability::{Principal, carry_on, outgoing_headers};
use fastrail::prelude::*;
use futures_util::{FutureExt, StreamExt, stream};
use serde_json::Value;
use tracing::Instrument;

use crate::support::watched;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[derive(Clone)]
struct User(i64);

#[dependency]
async fn user(principal: Principal) -> User {
    principal.note(7);
    User(7)
}

#[derive(Serialize, Deserialize, DomainEvent)]
struct Ordered {
    fails: bool,
}

#[on_event]
async fn deliver(event: Arc<Ordered>, bus: EventBus, tasks: BackgroundTasks) -> Result<(), &'static str> {
    tracing::info!("delivering");
    tasks.add(async { tracing::info!("work of a listener") });
    if event.fails {
        return Err("no van");
    }
    bus.emit(Delivered);
    Ok(())
}

#[derive(Serialize, Deserialize, DomainEvent)]
struct Delivered;

#[on_event]
async fn thank(_event: Arc<Delivered>) {
    tracing::info!("thanking");
}

async fn pack() -> Result<(), &'static str> {
    tracing::info!("packing");
    Err("no boxes")
}

#[post("/orders/{what}")]
async fn order(what: String, user: User, bus: EventBus, tasks: BackgroundTasks) -> Result<String> {
    tracing::info!(user = user.0, "ordering");
    tasks.add_with_outcome(|_| pack());
    bus.emit(Ordered { fails: what == "piano" });
    match what.as_str() {
        "nothing" => Err(Error::new(409, "There is nothing")),
        _ => Ok(what),
    }
}

#[get("/outgoing")]
async fn outgoing() -> std::collections::BTreeMap<String, String> {
    let headers = outgoing_headers();
    headers.iter().map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned())).collect()
}

#[post("/spawned")]
async fn spawns() {
    let span = tracing::info_span!("of its own");
    let spawned = [
        tokio::spawn(carry_on(async { tracing::info!("carried on") })),
        tokio::spawn(async { tracing::info!("inside a span") }.instrument(span)),
        tokio::spawn(async { tracing::info!("left alone") }),
    ];
    for task in spawned {
        task.await.expect("no panic");
    }
}

#[get("/lines")]
async fn lines() -> JsonLines<i64> {
    JsonLines::new(stream::iter(0_i64..3).inspect(|number| tracing::info!(number, "streaming")))
}

#[get("/never")]
async fn never() -> String {
    std::future::pending().await
}

async fn client() -> TestClient {
    let app = App::new("Shop", "1.0.0")
        .errors(ProblemDetails::new())
        .listeners(listeners![deliver, thank])
        .include(routes![order, outgoing, lines, never, spawns]);
    TestClient::new(app).await.unchecked().with_peer(SocketAddr::from(([203, 0, 113, 9], 4711)))
}

fn with<'a>(lines: &'a [Value], message: &str) -> &'a Value {
    lines.iter().find(|line| line["message"] == message).unwrap_or_else(|| panic!("no `{message}` in {lines:?}"))
}

#[fastrail::test]
async fn one_id_leads_from_the_access_log_to_the_error_the_trace_the_work_and_the_listeners() {
    let watched = watched();
    let client = client().await.with_header("x-request-id", "one-id").with_header("traceparent", PARENT);
    let answer = client.post("/orders/nothing").await;
    let error: Value = answer.assert_status(409).assert_header("x-request-id", "one-id").json();
    assert_eq!(error["request_id"], "one-id");
    let refused = watched.access("one-id");
    assert_eq!((&refused["status"], &refused["trace_id"]), (&json!(409), &json!(TRACE)));

    let client = client.with_header("x-request-id", "same-id");
    client.post("/orders/fork").await.assert_status(200);
    client.background_done().await;
    let lines = watched.lines_of("same-id");
    for message in
        ["ordering", "packing", "background work failed", "delivering", "work of a listener", "thanking", "answered"]
    {
        assert_eq!(with(&lines, message)["trace_id"], TRACE, "{message}");
    }
    assert_eq!(with(&lines, "background work failed")["error"], "no boxes");
    assert_eq!(with(&lines, "thanking")["listener"], "thank");

    let spans = watched.spans();
    let spans: Vec<_> = spans.iter().filter(|span| span.attribute("request_id") == Some("same-id")).collect();
    let named =
        |name: &str| *spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no {name} in {spans:?}"));
    let (server, background) = (named("POST /orders/{what}"), named("background"));
    assert_eq!((server.parent.as_str(), background.parent.as_str()), ("00f067aa0ba902b7", server.id.as_str()));
    assert!(spans.iter().all(|span| span.trace == TRACE));
    let heard =
        spans.iter().find(|span| span.name == "listener" && span.parent == server.id).expect("the listener's span");
    assert_eq!((heard.attribute("listener"), heard.trace.as_str()), (Some("deliver"), TRACE));
}

#[fastrail::test]
async fn a_line_of_the_access_log_says_who_and_how_much_and_from_where() {
    let watched = watched();
    let client = client().await.with_header("x-request-id", "a-line").with_header("traceparent", PARENT);
    client.post("/orders/fork?token=1").await.assert_status(200);
    let mut line = watched.access("a-line");
    let timestamp = line["timestamp"].take();
    assert!(chrono::DateTime::parse_from_rfc3339(timestamp.as_str().unwrap()).is_ok());
    assert!(line["duration_ms"].take().as_f64().is_some_and(|duration| (0.0..60_000.0).contains(&duration)));
    let expected = json!({
        "timestamp": null, "level": "INFO", "target": "fastrail::access", "message": "answered",
        "method": "POST", "path": "/orders/fork", "route": "/orders/{what}", "status": 200, "duration_ms": null,
        "bytes": 6, "request_id": "a-line", "trace_id": TRACE, "principal": "7", "client": "203.0.113.9",
    });
    assert_eq!(line, expected);
}

#[fastrail::test]
async fn a_stream_belongs_to_its_request_and_is_counted_to_its_end() {
    let watched = watched();
    let client = client().await.with_header("x-request-id", "a-stream");
    client.get("/lines").await.assert_status(200);
    let lines = watched.lines_of("a-stream");
    assert_eq!(lines.iter().filter(|line| line["message"] == "streaming").count(), 3);
    assert_eq!(watched.access("a-stream")["bytes"], "0\n1\n2\n".len());
}

#[fastrail::test]
async fn a_client_that_leaves_is_logged_as_such() {
    let watched = watched();
    let client = client().await.with_header("x-request-id", "has-left");
    assert!(client.get("/never").into_future().now_or_never().is_none());
    let line = watched.access("has-left");
    assert_eq!(
        (&line["status"], &line["message"], &line["route"]),
        (&json!(499), &json!("the client left"), &json!("/never"))
    );
}

#[fastrail::test]
async fn a_listener_that_fails_is_told_with_the_id() {
    let watched = watched();
    let client = client().await.with_header("x-request-id", "a-piano");
    client.post("/orders/piano").await.assert_status(200);
    client.background_done().await;
    let lines = watched.lines_of("a-piano");
    assert_eq!(with(&lines, "a listener failed")["listener"], "deliver");
    assert_eq!(with(&lines, "request failed")["detail"], "no van");
}

#[fastrail::test]
async fn what_is_spawned_has_the_ids_when_it_is_carried_on_or_in_a_span() {
    let watched = watched();
    client().await.post("/spawned").header("x-request-id", "spawner").await.assert_status(204);
    let lines = watched.lines_of("spawner");
    assert_eq!(lines.len(), 3, "two, and the access log's: {lines:?}");
    with(&lines, "carried on");
    with(&lines, "inside a span");
}

#[fastrail::test]
async fn the_ids_are_carried_on_to_whom_the_app_calls() {
    let watched = watched();
    let client = client().await.with_header("x-request-id", "carried").with_header("tracestate", "vendor=1");
    let headers: Value = client.get("/outgoing").header("traceparent", PARENT).await.json();
    let server =
        watched.spans().into_iter().find(|span| span.attribute("request_id") == Some("carried")).expect("a span");
    assert_eq!(headers["traceparent"], format!("00-{TRACE}-{}-01", server.id));
    assert_eq!((&headers["tracestate"], &headers["x-request-id"]), (&json!("vendor=1"), &json!("carried")));
    assert!(outgoing_headers().is_empty(), "outside of a request");
}
