//! Why a key or a token counts for nothing.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use http::StatusCode;

use crate::ApiError;
use crate::error::ErrorCase;

/// A key that cannot be used
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// A secret that is shorter than what it is hashed to (RFC 7518 §3.2)
    ShortSecret {
        /// How many bytes it has
        bytes: usize,
    },
    /// It is damaged, of another kind than its algorithm's, or of a kind that counts for nothing here
    Unusable,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ShortSecret { bytes } => {
                write!(
                    f,
                    "the secret that signs tokens has {bytes} bytes; HS256 needs at least 32 (openssl rand -hex 32)"
                )
            }
            Self::Unusable => f.write_str("the key cannot be used"),
        }
    }
}

impl StdError for KeyError {}

/// Why a token was not signed: a defect of the program
///
/// # Errors
/// Answered by an operation, it is 500; the cause is in the log only.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignError {
    /// The claims are no object of JSON
    Claims(String),
    /// The key refuses
    Key(KeyError),
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claims(cause) => write!(f, "the claims of a token cannot be written: {cause}"),
            Self::Key(error) => write!(f, "a token cannot be signed: {error}"),
        }
    }
}

impl StdError for SignError {}

impl ApiError for SignError {
    fn status(&self) -> StatusCode {
        StatusCode::INTERNAL_SERVER_ERROR
    }

    fn code(&self) -> Cow<'static, str> {
        "internal_server_error".into()
    }

    fn message(&self) -> String {
        "Internal Server Error".to_owned()
    }

    fn log_detail(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn describe(_: &mut Vec<ErrorCase>) {}
}

/// A token that counts for nothing
///
/// # Errors
/// Answered by an operation, it is 401 `token_expired` or `token_invalid` with `WWW-Authenticate: Bearer
/// error="invalid_token"` (RFC 6750 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ApiError)]
#[non_exhaustive]
pub enum TokenError {
    /// The token has expired
    #[api_error(status = 401, code = "token_expired", header("WWW-Authenticate" = r#"Bearer error="invalid_token""#))]
    Expired,
    /// The token is not valid
    #[api_error(status = 401, code = "token_invalid", header("WWW-Authenticate" = r#"Bearer error="invalid_token""#))]
    Invalid,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl StdError for TokenError {}
