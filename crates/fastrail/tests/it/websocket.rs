//! WebSockets as their users see them: through the test client, with real handshakes and frames.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrail::prelude::*;
use fastrail::websocket::{Connections, WebSocketError, WebSocketUpgrade, WebSockets};
use serde_json::{Value, json};

use crate::support::problems;

#[websocket("/echo")]
async fn echo(mut socket: WebSocket) -> Result<()> {
    while let Ok(message) = socket.receive().await {
        socket.send(message).await?;
    }
    Ok(())
}

#[derive(Clone)]
struct Pass(String);

/// A session's cookie or a token of the query
#[dependency]
async fn pass(#[cookie] session: Option<String>, #[query] token: Option<String>) -> Result<Pass> {
    session.or(token).map(Pass).ok_or_else(|| Error::new(403, "No pass"))
}

#[websocket("/items/{item_id}/ws")]
async fn item(mut socket: WebSocket, item_id: String, q: Option<i64>, pass: Pass) -> Result<()> {
    while let Ok(text) = socket.receive_text().await {
        socket.send(format!("{} {item_id} {q:?} {text}", pass.0)).await?;
    }
    Ok(())
}

#[websocket("/private")]
async fn private(socket: WebSocket, token: BearerToken) -> Result<()> {
    Ok(socket.send(token.expose()).await?)
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Move {
    #[schema(ge = 0, le = 7)]
    column: u8,
}

#[websocket("/moves")]
async fn moves(mut socket: WebSocket) -> Result<()> {
    loop {
        match socket.receive_json::<Move>().await {
            Ok(step) if step.column == 7 => {
                return Err(socket.receive_json::<Move>().await.err().map_or_else(|| Error::new(409, "x"), Into::into));
            }
            Ok(step) => socket.send_json(&step).await?,
            Err(WebSocketError::Invalid(errors)) => socket.send_json(&errors).await?,
            Err(error) => return Err(error.into()),
        }
    }
}

#[websocket("/ends/{how}")]
async fn ends(socket: WebSocket, how: String) -> Result<()> {
    socket.send("first").await?;
    match how.as_str() {
        "well" => Ok(()),
        "own" => {
            socket.close(4001, "enough");
            Ok(())
        }
        "refused" => Err(Error::new(403, "You may not")),
        "text" => Err(WebSocketError::WrongType.into()),
        _ => panic!("as asked"),
    }
}

#[websocket("/agree")]
async fn agree(upgrade: WebSocketUpgrade) -> Result<()> {
    if upgrade.offered().is_empty() {
        return Err(Error::new(400, "Offer a subprotocol"));
    }
    if upgrade.offered() == ["silence"] {
        return Ok(());
    }
    let mut socket = upgrade.protocols(["chat.v2", "chat.v1"]).max_message_bytes(8).accept().await?;
    let text = socket.receive_text().await?;
    socket.send(format!("{:?} {text}", socket.protocol())).await?;
    Ok(())
}

fn app() -> App {
    App::new("Sockets", "1.0.0").include(routes![echo, item, private, moves, ends, agree])
}

#[fastrail::test]
async fn texts_and_bytes_go_both_ways() {
    let client = TestClient::new(app()).await;
    let mut socket = client.websocket("/echo").await;
    socket.send("hällo").await;
    assert_eq!(socket.receive_text().await, "hällo");
    socket.send(vec![0, 159, 146, 150]).await;
    assert_eq!(&socket.receive_bytes().await[..], [0, 159, 146, 150]);
    socket.close(1000).await;
}

#[fastrail::test]
async fn parameters_and_dependencies_are_settled_before_the_handshake() {
    let client = TestClient::new(app()).await;
    let mut socket = client.websocket("/items/fork/ws?q=3").header("cookie", "session=abc").await;
    socket.send("hi").await;
    assert_eq!(socket.receive_text().await, "abc fork Some(3) hi");
    let mut socket = client.websocket("/items/fork/ws?token=t").await;
    socket.send("hi").await;
    assert_eq!(socket.receive_text().await, "t fork None hi");

    let refused = client.websocket("/items/fork/ws?token=t&q=bar").refused().await;
    refused.assert_status(422);
    assert_eq!(refused.json::<Value>()["detail"][0]["loc"], json!(["query", "q"]));
    client.websocket("/items/fork/ws").refused().await.assert_status(403).assert_json(json!({ "detail": "No pass" }));
    client.websocket("/nowhere").refused().await.assert_status(404);
}

#[fastrail::test]
async fn a_caller_without_a_credential_gets_401_and_no_connection() {
    let client = TestClient::new(app()).await;
    let refused = client.websocket("/private").refused().await;
    refused.assert_status(401);
    assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    let mut socket = client.websocket("/private").bearer("secret").await;
    assert_eq!(socket.receive_text().await, "secret");
    assert_eq!(socket.receive_close().await.code, 1000);
}

#[fastrail::test]
async fn messages_are_checked_as_bodies_are() {
    let client = TestClient::new(app()).await;
    let mut socket = client.websocket("/moves").await;
    socket.send_json(json!({ "column": 3 })).await;
    assert_eq!(socket.receive_json::<Value>().await, json!({ "column": 3 }));
    socket.send_json(json!({ "column": 8 })).await;
    let errors: Value = socket.receive_json().await;
    assert_eq!(errors[0]["loc"], json!(["message", "column"]));
    assert_eq!(errors[0]["type"], "less_than_equal");
    socket.send("{").await;
    assert_eq!(socket.receive_json::<Value>().await[0]["type"], "json_invalid");
    // What fails with `?` closes: 1007 is invalid data.
    socket.send_json(json!({ "column": 7 })).await;
    socket.send_json(json!({})).await;
    assert_eq!(socket.receive_close().await.code, 1007);
}

#[fastrail::test]
async fn how_the_fn_ends_is_the_close_code_after_what_it_sent() {
    let client = TestClient::new(app()).await;
    for (how, code) in [("well", 1000), ("own", 4001), ("refused", 1008), ("text", 1003), ("panic", 1011)] {
        let mut socket = client.websocket(&format!("/ends/{how}")).await;
        assert_eq!(socket.receive_text().await, "first", "{how}");
        let close = socket.receive_close().await;
        assert_eq!(close.code, code, "{how}");
        assert_eq!(close.reason, if how == "own" { "enough" } else { "" });
    }
}

#[fastrail::test]
async fn a_subprotocol_is_agreed_on_by_the_fn() {
    let client = TestClient::new(app()).await;
    let mut socket = client.websocket("/agree").protocols(&["chat.v1", "chat.v2"]).await;
    assert_eq!(socket.protocol(), Some("chat.v2"));
    socket.send("hi").await;
    assert_eq!(socket.receive_text().await, "Some(\"chat.v2\") hi");
    client.websocket("/agree").refused().await.assert_status(400);
    client.websocket("/agree").protocols(&["silence"]).refused().await.assert_status(403);

    let mut socket = client.websocket("/agree").protocols(&["chat.v1"]).await;
    socket.send("ten bytes!").await;
    assert_eq!(socket.receive_close().await.code, 1009);
}

#[fastrail::test]
async fn a_message_above_64_kib_closes_with_1009() {
    let client = TestClient::new(app()).await;
    let mut socket = client.websocket("/echo").await;
    socket.send(vec![7; 64 * 1024]).await;
    assert_eq!(socket.receive_bytes().await.len(), 64 * 1024);
    socket.send(vec![7; 64 * 1024 + 1]).await;
    assert_eq!(socket.receive_close().await.code, 1009);
}

#[fastrail::test]
async fn pages_of_other_origins_may_not_connect() {
    let client = TestClient::new(app()).await;
    client.websocket("/echo").header("origin", "http://testserver").await.close(1000).await;
    client.websocket("/echo").header("origin", "https://evil.example").refused().await.assert_status(403);
    let settings = WebSockets { allowed_origins: vec!["https://shop.example".into()], ..WebSockets::default() };
    let client = TestClient::new(app().websockets(settings)).await;
    client.websocket("/echo").header("origin", "https://shop.example").await.close(1000).await;
    client.websocket("/echo").header("origin", "https://evil.example").refused().await.assert_status(403);
}

#[fastrail::test]
async fn what_is_no_handshake_is_told_so() {
    let client = TestClient::new(app()).await;
    let answer = client.get("/echo").await;
    answer.assert_status(426);
    assert_eq!(answer.header("upgrade"), Some("websocket"));
    client.post("/echo").await.assert_status(405);
    let old = client.websocket("/echo").header("sec-websocket-version", "8").refused().await;
    old.assert_status(426);
    assert_eq!(old.header("sec-websocket-version"), Some("13"));
    client.websocket("/echo").header("sec-websocket-key", "short").refused().await.assert_status(400);
}

#[websocket("/chat/{client_id}")]
async fn chat(
    mut socket: WebSocket,
    client_id: i64,
    room: Option<String>,
    State(clients): State<Connections<i64>>,
) -> Result<()> {
    let me = clients.join(client_id, &socket).farewell(format!("Client #{client_id} left the chat"));
    if let Some(room) = room {
        me.enter(room);
    }
    socket.send("joined").await?;
    while let Ok(text) = socket.receive_text().await {
        match text.split_once(' ') {
            Some(("to", id)) => drop(clients.send_to(&id.parse().unwrap_or(0), "psst").await),
            Some(("in", room)) => drop(me.broadcast_to_others_in(room, "room").await),
            Some(("panic", _)) => panic!("as asked"),
            _ => drop(clients.broadcast(format!("Client #{client_id} says: {text}")).await),
        }
    }
    Ok(())
}

async fn joined(client: &TestClient, uri: &str) -> fastrail::testing::TestWebSocket {
    let mut socket = client.websocket(uri).await;
    assert_eq!(socket.receive_text().await, "joined");
    socket
}

#[fastrail::test]
async fn a_chat_has_broadcasts_rooms_personal_messages_and_farewells() {
    let clients = Connections::<i64>::new();
    let client = TestClient::new(App::new("Chat", "1.0.0").state(clients.clone()).include(routes![chat])).await;
    let mut ada = joined(&client, "/chat/1").await;
    let mut bob = joined(&client, "/chat/2?room=a").await;
    let mut eve = joined(&client, "/chat/3?room=a").await;
    ada.send("hello").await;
    for socket in [&mut ada, &mut bob, &mut eve] {
        assert_eq!(socket.receive_text().await, "Client #1 says: hello");
    }
    bob.send("in a").await;
    assert_eq!(eve.receive_text().await, "room");
    eve.send("to 1").await;
    assert_eq!(ada.receive_text().await, "psst");
    assert_eq!(clients.len(), 3);

    // Who shares a room hears the farewell, also after a panic.
    eve.send("panic now").await;
    assert_eq!(bob.receive_text().await, "Client #3 left the chat");
    bob.close(1000).await;
    ada.send("alone").await;
    assert_eq!(ada.receive_text().await, "Client #1 says: alone");
    ada.close(1000).await;
    client.shutdown().await;
    assert!(clients.is_empty());
}

#[derive(Clone)]
struct Log(Arc<Mutex<Vec<String>>>);

#[derive(Clone)]
struct Session;

/// Something that is committed or rolled back
#[dependency(teardown = end_session)]
async fn session() -> Session {
    Session
}

async fn end_session(_: Session, outcome: Outcome) -> Result<()> {
    ENDS.lock().map_err(Error::internal)?.push(outcome.is_success());
    Ok(())
}

static ENDS: Mutex<Vec<bool>> = Mutex::new(Vec::new());

#[websocket("/teardown")]
async fn with_teardown(mut socket: WebSocket, _session: Session, State(log): State<Log>) -> Result<()> {
    let text = socket.receive_text().await?;
    log.0.lock().map_err(Error::internal)?.push(text);
    Ok(())
}

#[fastrail::test]
async fn teardowns_run_when_the_fn_has_ended() {
    let log = Log(Arc::default());
    let client = TestClient::new(App::new("T", "1.0.0").state(log.clone()).include(routes![with_teardown])).await;
    let mut socket = client.websocket("/teardown").await;
    assert!(ENDS.lock().expect("no panic").is_empty());
    socket.send("done").await;
    assert_eq!(socket.receive_close().await.code, 1000);
    assert_eq!(*ENDS.lock().expect("no panic"), [true]);
    // Who leaves in the middle ends it by `?`: rolled back.
    client.websocket("/teardown").await.close(1001).await;
    client.shutdown().await;
    assert_eq!(*ENDS.lock().expect("no panic"), [true, false]);
    assert_eq!(*log.0.lock().expect("no panic"), ["done"]);
}

#[fastrail::test]
async fn a_stopping_app_says_1001() {
    let client = TestClient::new(app()).await;
    let mut socket = client.websocket("/echo").await;
    let stopping = client.clone();
    let stopped = tokio::spawn(async move { stopping.shutdown().await });
    assert_eq!(socket.receive_close().await.code, 1001);
    stopped.await.expect("it stops");
}

#[websocket("/flood")]
async fn flood(socket: WebSocket, State(log): State<Log>) -> Result<()> {
    let sender = socket.sender();
    let message = fastrail::websocket::Message::from(vec![0; 32 * 1024]);
    let mut sent = 0;
    while sender.try_send(message.clone()).is_ok() {
        sent += 1;
        tokio::task::yield_now().await;
    }
    log.0.lock().map_err(Error::internal)?.push(format!("{sent}"));
    Ok(())
}

#[fastrail::test]
async fn a_client_that_does_not_read_is_closed_when_its_queue_is_full() {
    let log = Log(Arc::default());
    let settings = WebSockets { outbound_messages: 8, ..WebSockets::default() };
    let app = App::new("F", "1.0.0").websockets(settings).state(log.clone()).include(routes![flood]);
    let client = TestClient::new(app).await;
    let socket = client.websocket("/flood").await;
    while log.0.lock().expect("no panic").is_empty() {
        tokio::task::yield_now().await;
    }
    client.shutdown().await;
    drop(socket);
    let sent: usize = log.0.lock().expect("no panic")[0].parse().expect("a number");
    assert!((8..64).contains(&sent), "{sent} messages were taken for a client that reads none");
}

/// Time stands still but for what waits, so a minute takes no time
fn with_paused_time(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(test);
}

#[test]
fn a_silent_client_is_gone_after_two_pings() {
    with_paused_time(async {
        let client = TestClient::new(app()).await;
        // It reads nothing, so it answers no ping.
        let mut socket = client.websocket("/echo").await;
        tokio::time::sleep(Duration::from_secs(41)).await;
        assert_eq!(socket.receive_close().await.code, 1006);
    });
}

#[test]
fn a_client_that_answers_pings_stays() {
    with_paused_time(async {
        let client = TestClient::new(app()).await;
        let mut socket = client.websocket("/echo").await;
        for _ in 0..5 {
            tokio::time::timeout(Duration::from_secs(19), socket.receive_text()).await.expect_err("nothing comes");
        }
        socket.send("still here").await;
        assert_eq!(socket.receive_text().await, "still here");
    });
}

#[get("/http")]
async fn on_http(_socket: WebSocket) {}

#[websocket("/two")]
async fn two(_one: WebSocket, _two: WebSocket) {}

#[fastrail::test]
async fn a_websocket_in_the_wrong_place_does_not_build() {
    let problems = problems(App::new("W", "1.0.0").include(routes![on_http, two]));
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].contains("takes a WebSocket: write `#[websocket"), "{problems:?}");
    assert!(problems[1].contains("takes two WebSockets"), "{problems:?}");
}

#[fastrail::test]
async fn websockets_are_not_in_the_document() {
    let client = TestClient::new(app()).await;
    assert_eq!(client.openapi()["paths"], json!({}));
}
