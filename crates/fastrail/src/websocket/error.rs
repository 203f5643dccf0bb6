//! What can go wrong on an open connection.

use std::fmt;

use http::StatusCode;

use super::Close;
use crate::error::{Error, ValidationError};

/// Why nothing more was received or sent
///
/// With `?` it ends the operation: a connection that is gone counts as 499, so that teardowns roll back; end your loop
/// by yourself (`while let Ok(…) = …`) where leaving is a success.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum WebSocketError {
    /// The connection has ended, by whoever
    Closed(Close),
    /// A message is not what the type says; the connection is open, so that the errors can be answered
    Invalid(Vec<ValidationError>),
    /// A binary message came where a text is read, or the other way round
    WrongType,
}

impl fmt::Display for WebSocketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed(close) => write!(f, "the connection is closed: {close}"),
            Self::Invalid(errors) => write!(f, "the message has {} errors", errors.len()),
            Self::WrongType => f.write_str("the message is of the other type, text or binary"),
        }
    }
}

impl std::error::Error for WebSocketError {}

impl From<WebSocketError> for Error {
    fn from(error: WebSocketError) -> Self {
        match error {
            WebSocketError::Closed(_) => Self::new(499, "Client Closed Request").with_code("client_closed_request"),
            WebSocketError::Invalid(errors) => Self::validation(errors),
            WebSocketError::WrongType => Self::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE),
        }
    }
}
