//! What the fn, the senders and the connection's task share.

use std::fmt;
use std::sync::{Arc, OnceLock};

use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite;
use tokio_util::sync::CancellationToken;

use super::{Message, WebSocketError};

/// How a connection ended, or shall end (RFC 6455 §7.4)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// The code: 1000 normal, 1001 going away, 1006 broken off without a close frame, 4000–4999 yours
    pub code: u16,
    /// A sentence of at most 123 bytes
    pub reason: String,
}

impl Close {
    /// A code with a reason; what a close frame cannot carry (a longer reason, a reserved code) is cut or becomes 1000
    pub fn new(code: u16, reason: impl Into<String>) -> Self {
        let mut reason = reason.into();
        if reason.len() > 123 {
            reason.truncate((0..=123).rev().find(|end| reason.is_char_boundary(*end)).unwrap_or_default());
        }
        let code = if tungstenite::protocol::frame::coding::CloseCode::from(code).is_allowed() { code } else { 1000 };
        Self { code, reason }
    }

    /// The end without a close frame, for the reason that the log wants
    pub(super) fn broken(reason: impl Into<String>) -> Self {
        Self { code: 1006, reason: reason.into() }
    }
}

impl fmt::Display for Close {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if self.reason.is_empty() { Ok(()) } else { write!(f, " {}", self.reason) }
    }
}

/// The shared half of a connection
#[derive(Debug)]
pub(super) struct Link {
    outbound: mpsc::Sender<tungstenite::Message>,
    /// Said by us: send this and end
    goodbye: OnceLock<Close>,
    pub(super) goodbye_said: CancellationToken,
    /// Hang up at once: the client does not read
    pub(super) abort: CancellationToken,
    /// How it has ended
    ended: OnceLock<Close>,
}

impl Link {
    pub(super) fn new(outbound: mpsc::Sender<tungstenite::Message>) -> Self {
        Self {
            outbound,
            goodbye: OnceLock::new(),
            goodbye_said: CancellationToken::new(),
            abort: CancellationToken::new(),
            ended: OnceLock::new(),
        }
    }

    /// Says goodbye after what is queued; the first one counts
    pub(super) fn say_goodbye(&self, close: Close) {
        if self.goodbye.set(close).is_ok() {
            self.goodbye_said.cancel();
        }
    }

    pub(super) fn goodbye(&self) -> Close {
        self.goodbye.get().cloned().unwrap_or_else(|| Close::new(1000, ""))
    }

    /// Notes how it ended; the first note counts
    pub(super) fn end(&self, close: Close) {
        self.ended.get_or_init(|| close);
    }

    pub(super) fn closed(&self) -> WebSocketError {
        let ended = self.ended.get().or_else(|| self.goodbye.get());
        WebSocketError::Closed(ended.cloned().unwrap_or_else(|| Close::broken("")))
    }
}

/// Sends to one client, from anywhere; cloning it is cheap
#[derive(Clone, Debug)]
pub struct WebSocketSender(pub(super) Arc<Link>);

impl WebSocketSender {
    /// Queues a message; waits while the queue is full
    ///
    /// # Errors
    /// [`WebSocketError::Closed`] when the connection has ended, also when the client stalled.
    pub async fn send(&self, message: impl Into<Message>) -> Result<(), WebSocketError> {
        let message = message.into().into_inner();
        if self.0.goodbye_said.is_cancelled() {
            return Err(self.0.closed());
        }
        self.0.outbound.send(message).await.map_err(|_| self.0.closed())
    }

    /// Queues a message without waiting; a client whose queue is full does not read, and is closed
    ///
    /// # Errors
    /// [`WebSocketError::Closed`] when the connection has ended, or ends by this.
    pub fn try_send(&self, message: impl Into<Message>) -> Result<(), WebSocketError> {
        if self.0.goodbye_said.is_cancelled() {
            return Err(self.0.closed());
        }
        match self.0.outbound.try_send(message.into().into_inner()) {
            Ok(()) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => {
                self.0.end(Close::broken("the client does not read"));
                self.0.abort.cancel();
                Err(self.0.closed())
            }
            Err(mpsc::error::TrySendError::Closed(_)) => Err(self.0.closed()),
        }
    }

    /// Says goodbye after what is queued
    pub fn close(&self, code: u16, reason: impl Into<String>) {
        self.0.say_goodbye(Close::new(code, reason));
    }

    /// Whether it is the same connection
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
