//! WebSockets: an echo, typed messages, a chat.

use fastrail::prelude::*;
use fastrail::websocket::{Connections, WebSocketError, WebSocketUpgrade, WebSockets};

// ANCHOR: echo
#[derive(Clone)]
pub struct Pass(String);

/// A session's cookie, or a token of the query
#[dependency]
async fn pass(#[cookie] session: Option<String>, #[query] token: Option<String>) -> Result<Pass> {
    session.or(token).map(Pass).ok_or_else(|| Error::new(403, "No pass"))
}

#[websocket("/items/{item_id}/ws")]
async fn item_ws(mut socket: WebSocket, item_id: String, q: Option<i64>, pass: Pass) -> Result<()> {
    while let Ok(text) = socket.receive_text().await {
        socket.send(format!("Your pass is {}", pass.0)).await?;
        if let Some(q) = q {
            socket.send(format!("Query parameter q is: {q}")).await?;
        }
        socket.send(format!("Message text was: {text}, for item ID: {item_id}")).await?;
    }
    Ok(())
}
// ANCHOR_END: echo

// ANCHOR: typed
#[derive(Serialize, Deserialize, Schema)]
pub struct Move {
    #[schema(ge = 0, le = 7)]
    column: u8,
}

#[websocket("/game")]
async fn game(mut socket: WebSocket) -> Result<()> {
    loop {
        match socket.receive_json::<Move>().await {
            Ok(step) => socket.send_json(&step).await?,
            Err(WebSocketError::Invalid(errors)) => socket.send_json(&errors).await?,
            Err(error) => return Err(error.into()),
        }
    }
}
// ANCHOR_END: typed

// ANCHOR: chat
#[websocket("/chat/{client_id}")]
async fn chat(mut socket: WebSocket, client_id: i64, State(clients): State<Connections<i64>>) -> Result<()> {
    let _me = clients.join(client_id, &socket).farewell(format!("Client #{client_id} left the chat"));
    while let Ok(text) = socket.receive_text().await {
        socket.send(format!("You wrote: {text}")).await?;
        clients.broadcast(format!("Client #{client_id} says: {text}")).await;
    }
    Ok(())
}
// ANCHOR_END: chat

// ANCHOR: upgrade
#[websocket("/versions")]
async fn versions(upgrade: WebSocketUpgrade) -> Result<()> {
    if upgrade.offered().is_empty() {
        return Err(Error::new(400, "Offer a subprotocol"));
    }
    let mut socket = upgrade.protocols(["chat.v2", "chat.v1"]).max_message_bytes(1024).accept().await?;
    let hello = socket.receive_text().await?;
    socket.send(format!("{hello} by {:?}", socket.protocol())).await?;
    socket.close(4000, "that was all");
    Ok(())
}
// ANCHOR_END: upgrade

// ANCHOR: app
pub fn app() -> App {
    App::new("Sockets", "1.0.0")
        .state(Connections::<i64>::new())
        .websockets(WebSockets { allowed_origins: vec!["https://shop.example".into()], ..WebSockets::default() })
        .include(routes![item_ws, game, chat, versions])
}
// ANCHOR_END: app

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    // ANCHOR: test
    #[fastrail::test]
    async fn an_item_answers_who_has_a_pass() {
        let client = TestClient::new(app()).await;
        let mut socket = client.websocket("/items/fork/ws?token=t").await;
        socket.send("hello").await;
        assert_eq!(socket.receive_text().await, "Your pass is t");
        assert_eq!(socket.receive_text().await, "Message text was: hello, for item ID: fork");

        client.websocket("/items/fork/ws").refused().await.assert_status(403);
    }
    // ANCHOR_END: test

    #[fastrail::test]
    async fn moves_are_checked() {
        let client = TestClient::new(app()).await;
        let mut socket = client.websocket("/game").await;
        socket.send_json(json!({ "column": 9 })).await;
        assert_eq!(socket.receive_json::<Value>().await[0]["type"], "less_than_equal");
        socket.send_json(json!({ "column": 3 })).await;
        assert_eq!(socket.receive_json::<Value>().await, json!({ "column": 3 }));
    }

    #[fastrail::test]
    async fn who_leaves_is_announced() {
        let client = TestClient::new(app()).await;
        let mut first = client.websocket("/chat/1").await;
        let second = client.websocket("/chat/2").await;
        first.send("hi").await;
        assert_eq!(first.receive_text().await, "You wrote: hi");
        assert_eq!(first.receive_text().await, "Client #1 says: hi");
        second.close(1000).await;
        assert_eq!(first.receive_text().await, "Client #2 left the chat");
    }

    #[fastrail::test]
    async fn a_version_is_agreed_on() {
        let client = TestClient::new(app()).await;
        let mut socket = client.websocket("/versions").protocols(&["chat.v1"]).await;
        socket.send("hi").await;
        assert_eq!(socket.receive_text().await, "hi by Some(\"chat.v1\")");
        assert_eq!(socket.receive_close().await.code, 4000);
    }
}
