//! Why a call brought nothing: for the log with the host and the cause, for strangers neither.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::header::{HeaderValue, RETRY_AFTER};
use http::{HeaderMap, StatusCode};

use super::guard::Forbidden;
use crate::error::{ApiError, ErrorCase};

/// Why a call brought nothing
///
/// # Errors
/// Answered by an operation, it is 502 `upstream_failed`, 504 `upstream_timeout`, 503 `upstream_unavailable` with
/// `Retry-After` while the circuit is open, and 500 where the call itself was wrong. Which host it was, and why, is in the
/// log only; so whoever makes an operation call a URL learns nothing of the network around it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HttpClientError {
    /// The URL is none that may be called: no `http` or `https`, or an address that is not public and not allowed
    Refused {
        /// As the URL has it
        host: String,
        /// What is wrong
        reason: &'static str,
    },
    /// Nothing answers, or what it says is no HTTP
    Unreachable {
        /// Whom the call was for
        host: String,
        /// Why, without the URL, which may hold a secret
        cause: String,
    },
    /// It took longer than it may
    TimedOut {
        /// Whom the call was for
        host: String,
    },
    /// It was not called: it has failed too often a moment ago
    CircuitOpen {
        /// Whom the call was for
        host: String,
        /// When to try again
        wait: Duration,
    },
    /// It answered something else than a success
    Status {
        /// Who answered
        host: String,
        /// What it answered
        status: StatusCode,
    },
    /// Its answer is larger than it may be
    TooLarge {
        /// Who answered
        host: String,
        /// How large it may be
        max_bytes: u64,
    },
    /// Its answer cannot be read as what it should be
    Malformed {
        /// Who answered
        host: String,
        /// Where and why
        cause: String,
    },
    /// The call was wrong before it was made: a header that is none, a body that cannot be written
    Invalid(String),
}

impl HttpClientError {
    /// What an error of the client underneath means
    pub(super) fn of(host: &str, error: &reqwest::Error) -> Self {
        let host = host.to_owned();
        let mut source = error.source();
        while let Some(cause) = source {
            if let Some(Forbidden(reason)) = cause.downcast_ref() {
                return Self::Refused { host, reason };
            }
            source = cause.source();
        }
        if error.is_timeout() { Self::TimedOut { host } } else { Self::Unreachable { host, cause: words(error) } }
    }

    /// Whether another try may bring something
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::TimedOut { .. })
    }
}

/// All causes in a line, without the URL
pub(super) fn words(error: &reqwest::Error) -> String {
    let mut causes = Vec::new();
    let mut source = error.source();
    while let Some(cause) = source {
        causes.push(cause.to_string());
        source = cause.source();
    }
    // The outermost one repeats the URL, and says nothing else.
    if causes.is_empty() { "the call failed".to_owned() } else { causes.join(": ") }
}

impl fmt::Display for HttpClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { host, reason } => write!(f, "`{host}` is not called: {reason}"),
            Self::Unreachable { host, cause } => write!(f, "`{host}` does not answer: {cause}"),
            Self::TimedOut { host } => write!(f, "`{host}` does not answer in time"),
            Self::CircuitOpen { host, wait } => {
                write!(f, "`{host}` has failed too often and is not called for {} ms", wait.as_millis())
            }
            Self::Status { host, status } => write!(f, "`{host}` answers {status}"),
            Self::TooLarge { host, max_bytes } => write!(f, "`{host}` answers more than {max_bytes} bytes"),
            Self::Malformed { host, cause } => write!(f, "what `{host}` answers cannot be read: {cause}"),
            Self::Invalid(cause) => write!(f, "the call cannot be made: {cause}"),
        }
    }
}

impl StdError for HttpClientError {}

const FAILED: &str = "A server that this one needs has failed";
const LATE: &str = "A server that this one needs has not answered in time";
const UNAVAILABLE: &str = "A server that this one needs is not available; try again later";

impl ApiError for HttpClientError {
    fn status(&self) -> StatusCode {
        match self {
            Self::TimedOut { .. } => StatusCode::GATEWAY_TIMEOUT,
            Self::CircuitOpen { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Invalid(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Refused { .. }
            | Self::Unreachable { .. }
            | Self::Status { .. }
            | Self::TooLarge { .. }
            | Self::Malformed { .. } => StatusCode::BAD_GATEWAY,
        }
    }

    fn code(&self) -> Cow<'static, str> {
        match self.status() {
            StatusCode::GATEWAY_TIMEOUT => "upstream_timeout".into(),
            StatusCode::SERVICE_UNAVAILABLE => "upstream_unavailable".into(),
            StatusCode::INTERNAL_SERVER_ERROR => "internal_server_error".into(),
            _ => "upstream_failed".into(),
        }
    }

    fn message(&self) -> String {
        match self.status() {
            StatusCode::GATEWAY_TIMEOUT => LATE.to_owned(),
            StatusCode::SERVICE_UNAVAILABLE => UNAVAILABLE.to_owned(),
            StatusCode::INTERNAL_SERVER_ERROR => "Internal Server Error".to_owned(),
            _ => FAILED.to_owned(),
        }
    }

    fn headers(&self, headers: &mut HeaderMap) {
        if let Self::CircuitOpen { wait, .. } = self {
            headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
        }
    }

    fn log_detail(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn describe(errors: &mut Vec<ErrorCase>) {
        let case = |status, code: &'static str, message: &'static str, headers| ErrorCase {
            status,
            code: code.into(),
            message: message.into(),
            headers,
            format: None,
        };
        errors.push(case(StatusCode::BAD_GATEWAY, "upstream_failed", FAILED, &[]));
        errors.push(case(StatusCode::SERVICE_UNAVAILABLE, "upstream_unavailable", UNAVAILABLE, &["Retry-After"]));
        errors.push(case(StatusCode::GATEWAY_TIMEOUT, "upstream_timeout", LATE, &[]));
    }
}
