//! What can be wrong with Redis, in words that hold no secret.

use std::fmt;

use ::redis::ErrorKind;

/// Why a text is no URL of a Redis server; it does not repeat the text, which may hold a password
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedisUrlError {
    reason: &'static str,
}

impl RedisUrlError {
    pub(super) fn of(error: &::redis::RedisError) -> Self {
        let reason = match error.kind() {
            ErrorKind::InvalidClientConfig => "write `redis://host:6379/0`, `rediss://…` for TLS, or `unix:///path`",
            _ => "its parts do not fit together",
        };
        Self { reason }
    }
}

impl fmt::Display for RedisUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this is no URL of a Redis server: {}", self.reason)
    }
}

impl std::error::Error for RedisUrlError {}

/// Why a command brought nothing
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedisError {
    /// No server answers, or not in time; the log says why, once
    Away,
    /// The server has answered an error, in its words
    Refused(String),
}

impl RedisError {
    pub(super) fn refused(error: &::redis::RedisError) -> Self {
        Self::Refused(error.to_string())
    }
}

impl fmt::Display for RedisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Away => f.write_str("Redis does not answer"),
            Self::Refused(words) => write!(f, "Redis refuses: {words}"),
        }
    }
}

impl std::error::Error for RedisError {}

/// Whether an error means that the server is of no use now, as opposed to one command that was wrong
pub(super) fn is_absence(error: &::redis::RedisError) -> bool {
    match error.kind() {
        ErrorKind::Io | ErrorKind::Parse | ErrorKind::AuthenticationFailed => true,
        // It starts, is a replica, is full, cannot write, is busy with a script, or wants another password.
        _ => error.code().is_some_and(|code| {
            let codes = ["LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "OOM", "MISCONF", "BUSY", "NOAUTH"];
            codes.contains(&code)
        }),
    }
}
