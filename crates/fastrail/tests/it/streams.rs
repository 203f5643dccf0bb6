//! Server-sent events and JSON lines.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrail::prelude::*;
use futures_util::StreamExt;
use serde_json::json;
use tokio::io::AsyncReadExt;

use crate::support::{Server, send};

#[derive(Debug, Serialize, Schema)]
struct Item {
    name: String,
    price: f64,
}

fn items() -> Vec<Item> {
    [("Plumbus", 32.99), ("Portal Gun", 999.99)]
        .map(|(name, price)| Item { name: name.to_owned(), price })
        .into_iter()
        .collect()
}

#[get("/items")]
async fn stream_items() -> Sse<Item> {
    Sse::of(items())
}

/// Resumes after the event that was seen last
#[get("/updates")]
async fn updates(#[header] last_event_id: Option<usize>) -> Sse {
    let seen = last_event_id.map_or(0, |id| id + 1);
    Sse::produce(move |events| async move {
        events.send(Event::of_comment("stream of\nupdates")).await;
        for (id, item) in items().into_iter().enumerate().skip(seen) {
            events.send(Event::json(&item).event("up\ndate").id(id).retry(Duration::from_secs(5))).await;
        }
        events.send(Event::text("[DONE]\r\nbye").event("done")).await;
    })
}

#[derive(Deserialize, Schema)]
struct Prompt {
    text: String,
}

#[post("/chat")]
async fn chat(prompt: Prompt) -> Result<Sse<Event>> {
    if prompt.text.is_empty() {
        return Err(Error::new(400, "Say something"));
    }
    let words: Vec<Event> = prompt.text.split(' ').map(Event::text).collect();
    Ok(Sse::of(words))
}

#[get("/lines")]
async fn lines() -> JsonLines<Item> {
    JsonLines::of(items())
}

#[get("/broken")]
async fn broken() -> Sse {
    Sse::of([Event::text("first"), Event::json(&Fails)])
}

struct Fails;

impl Serialize for Fails {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("as asked"))
    }
}

fn app() -> App {
    App::new("Streams", "1.0.0").include(routes![stream_items, updates, chat, lines, broken])
}

#[fastrail::test]
async fn a_model_is_the_data_of_one_event() {
    let client = TestClient::new(app()).await;
    let answer = client.get("/items").await;
    answer.assert_status(200);
    assert_eq!(answer.header("content-type"), Some("text/event-stream; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    assert_eq!(answer.header("x-accel-buffering"), Some("no"));
    let expected =
        "data: {\"name\":\"Plumbus\",\"price\":32.99}\n\ndata: {\"name\":\"Portal Gun\",\"price\":999.99}\n\n";
    assert_eq!(answer.text(), expected);
}

#[fastrail::test]
async fn events_have_names_ids_delays_and_comments_that_cannot_break_out_of_their_line() {
    let client = TestClient::new(app()).await;
    let answer = client.get("/updates").header("last-event-id", "0").await;
    assert_eq!(
        answer.text(),
        ": stream of\n: updates\n\nevent: up date\ndata: {\"name\":\"Portal Gun\",\"price\":999.99}\nid: 1\nretry: \
         5000\n\nevent: done\ndata: [DONE]\ndata: bye\n\n"
    );
    client.get("/updates").header("last-event-id", "x").await.assert_status(422);
    client.post("/chat").json(json!({ "text": "" })).await.assert_status(400);
    assert_eq!(client.post("/chat").json(json!({ "text": "hi you" })).await.text(), "data: hi\n\ndata: you\n\n");
}

#[fastrail::test]
async fn json_lines_are_values_and_line_breaks() {
    let client = TestClient::new(app()).await;
    let answer = client.get("/lines").await;
    assert_eq!(answer.header("content-type"), Some("application/jsonl"));
    let lines: Vec<serde_json::Value> =
        answer.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines, [json!({ "name": "Plumbus", "price": 32.99 }), json!({ "name": "Portal Gun", "price": 999.99 })]);
}

#[fastrail::test]
async fn the_document_says_what_one_item_is() {
    let client = TestClient::new(app()).await;
    let content =
        |path: &str, method: &str| client.openapi()["paths"][path][method]["responses"]["200"]["content"].clone();
    let item = json!({ "$ref": "#/components/schemas/Item" });
    assert_eq!(content("/lines", "get"), json!({ "application/jsonl": { "itemSchema": item } }));
    let event = |data: serde_json::Value| {
        json!({
            "type": "object",
            "properties": {
                "data": data,
                "event": { "type": "string" },
                "id": { "type": "string" },
                "retry": { "type": "integer", "minimum": 0 },
            },
        })
    };
    let untyped = event(json!({ "type": "string" }));
    assert_eq!(content("/updates", "get"), json!({ "text/event-stream": { "itemSchema": untyped } }));
    assert_eq!(content("/chat", "post"), json!({ "text/event-stream": { "itemSchema": untyped } }));
    let mut typed = event(json!({ "type": "string", "contentMediaType": "application/json", "contentSchema": item }));
    typed["required"] = json!(["data"]);
    assert_eq!(content("/items", "get"), json!({ "text/event-stream": { "itemSchema": typed } }));
}

#[fastrail::test]
async fn a_value_that_cannot_be_written_breaks_the_answer_off() {
    let server = Server::start(app()).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /broken HTTP/1.1").await;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("text");
    assert!(!answer.ends_with("0\r\n\r\n"), "the end of the chunks would say that it is whole: {answer}");
    server.stop().await;
}

#[fastrail::test]
async fn compression_holds_no_event_back() {
    let client = TestClient::new(app().middleware(Compression::new())).await;
    for path in ["/items", "/lines"] {
        let answer = client.get(path).header("accept-encoding", "gzip, br").await;
        assert_eq!(answer.header("content-encoding"), None, "{path}");
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<&'static str>>>);

struct Dropped(Log);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.0.lock().expect("no panic").push("dropped");
    }
}

/// Ticks without end
#[get("/endless")]
async fn endless(State(log): State<Log>) -> Sse {
    let guard = Dropped(log);
    Sse::produce(move |events| async move {
        let _guard = guard;
        events.send(Event::text("first")).await;
        std::future::pending().await
    })
}

async fn first_event(server: &Server) -> tokio::net::TcpStream {
    let mut stream = server.connect().await;
    send(&mut stream, "GET /endless HTTP/1.1").await;
    let mut answer = Vec::new();
    while !answer.ends_with(b"data: first\n\n\r\n") {
        answer.push(stream.read_u8().await.expect("the first event comes at once"));
    }
    stream
}

#[fastrail::test]
async fn the_stream_is_dropped_when_the_client_leaves() {
    let log = Log::default();
    let app = App::new("Endless", "1.0.0").state(log.clone()).include(routes![endless]);
    let server = Server::start(app).await;
    drop(first_event(&server).await);
    while log.0.lock().expect("no panic").is_empty() {
        tokio::task::yield_now().await;
    }
    server.stop().await;
}

#[fastrail::test]
async fn an_endless_stream_ends_when_the_server_stops() {
    let app = App::new("Endless", "1.0.0").state(Log::default()).include(routes![endless]);
    let server = Server::start(app).await;
    let mut stream = first_event(&server).await;
    let ended = server.tell_to_stop();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).await.expect("text");
    assert!(rest.ends_with("0\r\n\r\n"), "the end is a whole one: {rest:?}");
    ended.await.expect("no panic").expect("no error");
}

#[test]
fn a_pause_is_filled_with_a_comment() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let sse = Sse::<Event>::new(futures_util::stream::once(async {
            tokio::time::sleep(Duration::from_secs(40)).await;
            Event::text("late")
        }));
        let response = fastrail::Reply::into_reply(sse, StatusCode::OK).expect("it is answered");
        let chunks: Vec<String> = response
            .into_body()
            .into_data_stream()
            .map(|chunk| String::from_utf8(chunk.expect("no error").to_vec()).expect("text"))
            .collect()
            .await;
        assert_eq!(chunks, [": ping\n\n", ": ping\n\n", "data: late\n\n"]);
    });
}
