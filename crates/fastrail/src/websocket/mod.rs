//! WebSockets (RFC 6455): path operations that stay connected.
//!
//! A `#[websocket("/ws/{room}")]` fn takes what every operation takes: parameters, dependencies, credentials. All of
//! that is settled *before* the handshake is accepted: a refused caller gets a plain HTTP answer (401, 403, 404, 422) in
//! the app's own error shape, and no connection.
//!
//! ```
//! use fastrail::prelude::*;
//!
//! #[websocket("/echo")]
//! async fn echo(mut socket: WebSocket) -> Result<()> {
//!     while let Ok(text) = socket.receive_text().await {
//!         socket.send(format!("You wrote: {text}")).await?;
//!     }
//!     Ok(())
//! }
//!
//! #[fastrail::test]
//! async fn it_echoes() {
//!     let client = TestClient::new(App::new("Echo", "1.0.0").include(routes![echo])).await;
//!     let mut socket = client.websocket("/echo").await;
//!     socket.send("hello").await;
//!     assert_eq!(socket.receive_text().await, "You wrote: hello");
//! }
//! # fn main() {}
//! ```
//!
//! One task owns a connection (`pump`): it reads, writes, pings, and says goodbye. The fn and everybody who sends talk
//! to it through bounded queues, so a client that does not read fills its own queue only, and is closed. How the fn
//! ends is the close code: a success 1000, an error 1008, a failed validation 1007, a panic or a 5xx 1011; a stopping
//! server says 1001.
//!
//! HTTP/1.1 only: over HTTP/2 a browser opens a connection of its own (RFC 8441 is not offered). No compression
//! (RFC 7692): a few bytes could become megabytes.

mod connections;
mod error;
mod handshake;
mod kind;
mod link;
mod message;
mod pump;
mod run;
mod settings;
mod socket;
mod upgrade;

pub use connections::{Connections, Membership};
pub use error::WebSocketError;
pub(crate) use handshake::Handshake;
pub use kind::{WebSocketKind, WebSocketUpgradeKind};
pub use link::{Close, WebSocketSender};
pub use message::Message;
pub(crate) use run::run;
pub use settings::WebSockets;
pub use socket::WebSocket;
pub use upgrade::WebSocketUpgrade;
