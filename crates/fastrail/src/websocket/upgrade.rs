//! A handshake that the fn accepts by itself.

use super::{Handshake, WebSocket, WebSocketError};

/// A WebSocket that has not been accepted yet: for subprotocols, and for a refusal in the fn's own code
///
/// ```
/// use fastrail::prelude::*;
/// use fastrail::websocket::WebSocketUpgrade;
///
/// #[websocket("/chat")]
/// async fn chat(upgrade: WebSocketUpgrade) -> Result<()> {
///     let mut socket = upgrade.protocols(["chat.v2", "chat.v1"]).accept().await?;
///     let hello = socket.receive_text().await?;
///     Ok(socket.send(hello).await?)
/// }
/// ```
///
/// A fn that ends without accepting refuses: its error is the HTTP answer, a success becomes 403.
#[derive(Debug)]
pub struct WebSocketUpgrade {
    handshake: Handshake,
    protocols: Vec<String>,
}

impl WebSocketUpgrade {
    pub(super) fn new(handshake: Handshake) -> Self {
        Self { handshake, protocols: Vec::new() }
    }

    /// The subprotocols that this operation speaks, best first; the first that the client offers is chosen
    #[must_use]
    pub fn protocols<P: Into<String>>(mut self, protocols: impl IntoIterator<Item = P>) -> Self {
        self.protocols = protocols.into_iter().map(Into::into).collect();
        self
    }

    /// The subprotocols that the client offers
    pub fn offered(&self) -> &[String] {
        self.handshake.offered()
    }

    /// The longest message that is taken, in bytes, in place of the app's
    #[must_use]
    pub fn max_message_bytes(mut self, limit: usize) -> Self {
        self.handshake.limit_messages(limit);
        self
    }

    /// Accepts the handshake
    ///
    /// # Errors
    /// [`WebSocketError::Closed`] when the client has left.
    pub async fn accept(mut self) -> Result<WebSocket, WebSocketError> {
        let protocol = self.protocols.into_iter().find(|protocol| self.handshake.offered().contains(protocol));
        let mut socket = self.handshake.socket();
        self.handshake.accept(protocol.as_deref()).await?;
        socket.set_protocol(protocol);
        Ok(socket)
    }
}
