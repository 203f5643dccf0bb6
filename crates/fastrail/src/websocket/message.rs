//! One message; cloning it copies no bytes, so that a broadcast holds its text once.

use bytes::Bytes;
use serde::Serialize;
use tokio_tungstenite::tungstenite;

use crate::error::Error;

/// A text or a binary message
///
/// ```
/// use fastrail::websocket::Message;
///
/// assert_eq!(Message::from("hello").as_text(), Some("hello"));
/// assert_eq!(Message::json(&[1, 2])?.as_text(), Some("[1,2]"));
/// # Ok::<(), fastrail::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message(tungstenite::Message);

impl Message {
    /// A value as JSON text
    ///
    /// # Errors
    /// 500 when the value cannot be serialized.
    pub fn json(value: &impl Serialize) -> Result<Self, Error> {
        serde_json::to_string(value).map(Self::from).map_err(Error::internal)
    }

    /// The text; `None` for a binary message
    pub fn as_text(&self) -> Option<&str> {
        match &self.0 {
            tungstenite::Message::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// The content, of a text in UTF-8
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            tungstenite::Message::Text(text) => text.as_bytes(),
            tungstenite::Message::Binary(bytes) => bytes,
            _ => &[],
        }
    }

    /// The content, without a copy
    pub fn into_bytes(self) -> Bytes {
        self.0.into_data()
    }

    /// Takes what came in; control frames are no messages
    pub(super) fn of(message: tungstenite::Message) -> Option<Self> {
        (message.is_text() || message.is_binary()).then_some(Self(message))
    }

    pub(crate) fn into_inner(self) -> tungstenite::Message {
        self.0
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self(tungstenite::Message::text(text))
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self(tungstenite::Message::text(text))
    }
}

impl From<Bytes> for Message {
    fn from(bytes: Bytes) -> Self {
        Self(tungstenite::Message::binary(bytes))
    }
}

impl From<Vec<u8>> for Message {
    fn from(bytes: Vec<u8>) -> Self {
        Self(tungstenite::Message::binary(bytes))
    }
}
