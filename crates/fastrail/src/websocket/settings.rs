//! What a connection may cost, and which pages may open one.

use std::time::Duration;

/// Bounds on every WebSocket of an app, set by [`App::websockets`](crate::App::websockets)
///
/// ```
/// use fastrail::prelude::*;
/// use fastrail::websocket::WebSockets;
///
/// let app = App::new("Chat", "1.0.0").websockets(WebSockets {
///     allowed_origins: vec!["https://shop.example".into()],
///     ..WebSockets::default()
/// });
/// ```
#[derive(Clone, Debug)]
pub struct WebSockets {
    /// Origins whose pages may connect, besides the app's own (the one that the `Host` header names); `*` lets all of
    /// them. A browser sends its cookies with any page's handshake and asks nobody, so this check stands in for CORS
    /// (OWASP: cross-site WebSocket hijacking). A client without `Origin` is no browser and is let through. Default:
    /// none
    pub allowed_origins: Vec<String>,
    /// The longest message that is taken, in bytes; a longer one closes with 1009. Default: 64 KiB
    pub max_message_bytes: usize,
    /// How many messages may wait for a client; where one more would, [`WebSocketSender::try_send`] and broadcasts
    /// close the connection. Default: 256
    ///
    /// [`WebSocketSender::try_send`]: super::WebSocketSender::try_send
    pub outbound_messages: usize,
    /// How many messages that came in may wait for the fn; then the client is not read from. Default: 16
    pub inbound_messages: usize,
    /// How long one message may take to leave, before the client counts as stalled and is closed. Default: 10 s
    pub send_timeout: Duration,
    /// How often an idle connection is pinged; a client that is silent for twice as long is gone. Default: 20 s, below
    /// the 60 s after which common proxies close
    pub ping_every: Duration,
    /// How long the other side may take to answer a close frame. Default: 5 s
    pub close_timeout: Duration,
}

impl Default for WebSockets {
    fn default() -> Self {
        Self {
            allowed_origins: Vec::new(),
            max_message_bytes: 64 * 1024,
            outbound_messages: 256,
            inbound_messages: 16,
            send_timeout: Duration::from_secs(10),
            ping_every: Duration::from_secs(20),
            close_timeout: Duration::from_secs(5),
        }
    }
}
