//! A WebSocket and its test.

use fastrail::prelude::*;

#[get("/")]
async fn read_main() -> Value {
    json!({ "msg": "Hello World" })
}

#[websocket("/ws")]
async fn websocket(socket: WebSocket) -> Result<()> {
    socket.send_json(&json!({ "msg": "Hello WebSocket" })).await?;
    Ok(())
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_main, websocket])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[fastrail::test]
    async fn it_says_hello() {
        let client = TestClient::new(app()).await;
        client.get("/").await.assert_status(200).assert_json(json!({ "msg": "Hello World" }));
    }

    #[fastrail::test]
    async fn the_socket_says_hello() {
        let client = TestClient::new(app()).await;
        let mut socket = client.websocket("/ws").await;
        let message: Value = socket.receive_json().await;
        assert_eq!(message, json!({ "msg": "Hello WebSocket" }));
    }
}
