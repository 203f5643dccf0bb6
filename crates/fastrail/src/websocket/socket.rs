//! The connection in the hands of the fn.

use std::any::TypeId;
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;

use super::link::Link;
use super::{Message, WebSocketError, WebSocketSender};
use crate::error::{Error, Segment};
use crate::schema::{Generator, Schema, ValidationLimits, validate_json};

/// An open WebSocket, as an argument of a `#[websocket]` fn
///
/// It is accepted when everything else that the fn takes has been settled. It lives as long as the fn runs: when the fn
/// ends, what is queued leaves, and a close frame ends it.
#[derive(Debug)]
pub struct WebSocket {
    inbound: mpsc::Receiver<Message>,
    sender: WebSocketSender,
    limits: ValidationLimits,
    protocol: Option<String>,
    /// Whether serde alone would let something pass, for the types that were received so far
    lossy: Vec<(TypeId, bool)>,
}

impl WebSocket {
    pub(super) fn new(inbound: mpsc::Receiver<Message>, link: Arc<Link>, limits: ValidationLimits) -> Self {
        Self { inbound, sender: WebSocketSender(link), limits, protocol: None, lossy: Vec::new() }
    }

    pub(super) fn set_protocol(&mut self, protocol: Option<String>) {
        self.protocol = protocol;
    }

    /// The next message, whatever its type
    ///
    /// Cancel-safe: in a `select!` no message is lost.
    ///
    /// # Errors
    /// [`WebSocketError::Closed`] once the connection has ended, with the client's code.
    pub async fn receive(&mut self) -> Result<Message, WebSocketError> {
        self.inbound.recv().await.ok_or_else(|| self.sender.0.closed())
    }

    /// The next message, which must be text
    ///
    /// # Errors
    /// [`WebSocketError::Closed`]; [`WebSocketError::WrongType`] for a binary message.
    pub async fn receive_text(&mut self) -> Result<String, WebSocketError> {
        let message = self.receive().await?;
        message.as_text().map(str::to_owned).ok_or(WebSocketError::WrongType)
    }

    /// The next message, which must be binary
    ///
    /// # Errors
    /// [`WebSocketError::Closed`]; [`WebSocketError::WrongType`] for a text.
    pub async fn receive_bytes(&mut self) -> Result<Bytes, WebSocketError> {
        let message = self.receive().await?;
        if message.as_text().is_some() { Err(WebSocketError::WrongType) } else { Ok(message.into_bytes()) }
    }

    /// The next message as a model, checked as a body is; errors are located at `["message", …]`
    ///
    /// # Errors
    /// [`WebSocketError::Closed`]; [`WebSocketError::Invalid`] with every error, after which the connection is open.
    pub async fn receive_json<T>(&mut self) -> Result<T, WebSocketError>
    where
        T: Schema + DeserializeOwned + 'static,
    {
        let message = self.receive().await?;
        let always_diagnose = self.is_lossy::<T>();
        validate_json(message.as_bytes(), &[Segment::from("message")], &self.limits, always_diagnose)
            .map_err(WebSocketError::Invalid)
    }

    fn is_lossy<T: Schema + 'static>(&mut self) -> bool {
        let id = TypeId::of::<T>();
        if let Some((_, lossy)) = self.lossy.iter().find(|(other, _)| *other == id) {
            return *lossy;
        }
        let mut generator = Generator::default();
        T::schema(&crate::schema::Rules::NONE, &mut generator);
        self.lossy.push((id, generator.is_lossy()));
        generator.is_lossy()
    }

    /// Sends a text or a binary message; waits while the queue is full
    ///
    /// # Errors
    /// [`WebSocketError::Closed`].
    pub async fn send(&self, message: impl Into<Message>) -> Result<(), WebSocketError> {
        self.sender.send(message).await
    }

    /// Sends a value as JSON text
    ///
    /// # Errors
    /// 500 when the value cannot be serialized; 499 when the connection has ended.
    pub async fn send_json(&self, value: &impl Serialize) -> Result<(), Error> {
        Ok(self.sender.send(Message::json(value)?).await?)
    }

    /// Says goodbye with a code of your own; what is queued leaves first
    pub fn close(&self, code: u16, reason: impl Into<String>) {
        self.sender.close(code, reason);
    }

    /// Something that sends to this client from elsewhere
    pub fn sender(&self) -> WebSocketSender {
        self.sender.clone()
    }

    /// The subprotocol that [`WebSocketUpgrade::protocols`](super::WebSocketUpgrade::protocols) agreed on
    pub fn protocol(&self) -> Option<&str> {
        self.protocol.as_deref()
    }
}
