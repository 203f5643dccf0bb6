//! WebSockets of the test client: the real handshake and the real frames, over a pipe in this process.

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{SinkExt, StreamExt};
use http::header::{
    CONNECTION, HOST, HeaderName, HeaderValue, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION,
    UPGRADE,
};
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};
use tokio_tungstenite::tungstenite::{self, protocol};

use super::{TestClient, TestResponse};
use crate::request::{Body, Head, Peer};
use crate::websocket::{Close, Message};

/// What the pipe between client and app holds, in bytes
const PIPE_BYTES: usize = 64 * 1024;

/// After this long, a message that a test waits for does not come
const PATIENCE: Duration = Duration::from_secs(20);

/// A handshake that is being written; `.await` connects
#[must_use = "a handshake is sent when it is awaited"]
pub struct TestHandshake {
    client: TestClient,
    uri: String,
    headers: HeaderMap,
}

impl TestHandshake {
    pub(super) fn new(client: TestClient, uri: &str) -> Self {
        Self { client, uri: uri.to_owned(), headers: HeaderMap::new() }
    }

    /// Sets a header, such as `origin`
    ///
    /// # Panics
    /// When the name or the value cannot stand in a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header's name");
        self.headers.insert(name, HeaderValue::from_str(value).expect("a header's value"));
        self
    }

    /// Sets `Authorization: Bearer …`
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Offers subprotocols, best first
    pub fn protocols(self, protocols: &[&str]) -> Self {
        self.header(SEC_WEBSOCKET_PROTOCOL.as_str(), &protocols.join(", "))
    }

    /// The HTTP answer of a handshake that is refused
    ///
    /// # Panics
    /// When it is accepted.
    pub async fn refused(self) -> TestResponse {
        let asked = format!("GET {} (WebSocket)", self.uri);
        let response = self.send().await;
        assert!(response.status() != StatusCode::SWITCHING_PROTOCOLS, "{asked} was accepted");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the answer has its whole body").to_bytes();
        TestResponse::new(asked, parts, body)
    }

    /// Connects
    async fn connect(self) -> TestWebSocket {
        let asked = format!("GET {} (WebSocket)", self.uri);
        let mut response = self.send().await;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            let (parts, body) = response.into_parts();
            let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
            panic!("the handshake was refused: {:?}", TestResponse::new(asked, parts, body));
        }
        let protocol = response.headers().get(SEC_WEBSOCKET_PROTOCOL).and_then(|value| value.to_str().ok());
        let protocol = protocol.map(str::to_owned);
        let upgraded = hyper::upgrade::on(&mut response).await.expect("the connection stays after a 101");
        let stream = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Client, None).await;
        TestWebSocket { stream, protocol }
    }

    /// Serves one connection over a pipe, and asks on it
    async fn send(self) -> Response<Incoming> {
        let (client_end, app_end) = tokio::io::duplex(PIPE_BYTES);
        let handle = self.client.handle();
        let service = service_fn(move |request: Request<Incoming>| {
            let handle = handle.clone();
            let (parts, body) = request.into_parts();
            async move {
                Ok::<_, std::convert::Infallible>(
                    handle.handle(&mut Head::of(parts), Body::new(body), Peer::default()).await,
                )
            }
        });
        let serving = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(app_end), service);
        tokio::spawn(serving.with_upgrades());
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(client_end)).await.expect("a pipe carries HTTP");
        tokio::spawn(connection.with_upgrades());
        let uri: Uri = match self.uri.parse() {
            Ok(uri) => uri,
            Err(error) => panic!("`{}` is no URI: {error}", self.uri),
        };
        let mut request = self.client.written(Method::GET, uri, &self.headers, Body::empty());
        for (name, value) in [
            (HOST, "testserver".to_owned()),
            (CONNECTION, "upgrade".to_owned()),
            (UPGRADE, "websocket".to_owned()),
            (SEC_WEBSOCKET_VERSION, "13".to_owned()),
            (SEC_WEBSOCKET_KEY, generate_key()),
        ] {
            let value = HeaderValue::from_str(&value).expect("invariant: ASCII");
            request.headers_mut().entry(name).or_insert(value);
        }
        sender.send_request(request).await.expect("the app answers a handshake")
    }
}

impl IntoFuture for TestHandshake {
    type Output = TestWebSocket;
    type IntoFuture = BoxFuture<'static, TestWebSocket>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.connect())
    }
}

impl fmt::Debug for TestHandshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GET {} (WebSocket)", self.uri)
    }
}

/// The client's end of a WebSocket
///
/// Every wait ends: a message that does not come within 20 s fails the test.
pub struct TestWebSocket {
    stream: WebSocketStream<TokioIo<Upgraded>>,
    protocol: Option<String>,
}

impl TestWebSocket {
    /// The subprotocol that was agreed on
    pub fn protocol(&self) -> Option<&str> {
        self.protocol.as_deref()
    }

    /// Sends a text or a binary message
    ///
    /// # Panics
    /// When the connection has ended.
    pub async fn send(&mut self, message: impl Into<Message>) {
        self.stream.send(message.into().into_inner()).await.expect("the connection is open");
    }

    /// Sends a value as JSON text
    ///
    /// # Panics
    /// When the value cannot be serialized, or the connection has ended.
    pub async fn send_json(&mut self, value: impl Serialize) {
        self.send(Message::json(&value).expect("the value can be written as JSON")).await;
    }

    /// The next message, which must be text
    ///
    /// # Panics
    /// When something else comes, or nothing.
    pub async fn receive_text(&mut self) -> String {
        match self.next().await {
            Some(Ok(tungstenite::Message::Text(text))) => text.as_str().to_owned(),
            other => panic!("a text was expected, not {other:?}"),
        }
    }

    /// The next message, which must be JSON text
    ///
    /// # Panics
    /// When something else comes, or nothing.
    pub async fn receive_json<T: DeserializeOwned>(&mut self) -> T {
        let text = self.receive_text().await;
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"))
    }

    /// The next message, which must be binary
    ///
    /// # Panics
    /// When something else comes, or nothing.
    pub async fn receive_bytes(&mut self) -> Bytes {
        match self.next().await {
            Some(Ok(tungstenite::Message::Binary(bytes))) => bytes,
            other => panic!("bytes were expected, not {other:?}"),
        }
    }

    /// The app's close frame; 1006 when it hangs up without one
    ///
    /// # Panics
    /// When a message comes before it, or nothing.
    pub async fn receive_close(&mut self) -> Close {
        let close = self.next().await;
        if let Some(Ok(tungstenite::Message::Close(_))) = &close {
            while let Some(Ok(_)) = self.next().await {} // our answer leaves while we read
        }
        match close {
            Some(Ok(tungstenite::Message::Close(Some(frame)))) => {
                Close { code: frame.code.into(), reason: frame.reason.as_str().to_owned() }
            }
            Some(Ok(tungstenite::Message::Close(None))) => Close { code: 1005, reason: String::new() },
            None | Some(Err(_)) => Close { code: 1006, reason: String::new() },
            other => panic!("a close frame was expected, not {other:?}"),
        }
    }

    /// Says goodbye, and waits for the app's answer
    pub async fn close(mut self, code: u16) {
        let frame = CloseFrame { code: protocol::frame::coding::CloseCode::from(code), reason: "".into() };
        self.stream.close(Some(frame)).await.ok();
        while let Some(Ok(_)) = self.next().await {}
    }

    /// What comes next, pings left out
    async fn next(&mut self) -> Option<Result<tungstenite::Message, tungstenite::Error>> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.stream.next()).await;
            match next.expect("nothing came for 20 s") {
                Some(Ok(tungstenite::Message::Ping(_) | tungstenite::Message::Pong(_))) => {}
                next => return next,
            }
        }
    }
}

impl fmt::Debug for TestWebSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestWebSocket").field("protocol", &self.protocol).finish_non_exhaustive()
    }
}
