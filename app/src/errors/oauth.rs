//! Errors of the token endpoint, in the form that RFC 6749 §5.2 fixes.

use fastrail::error::{ErrorCase, Segment, ValidationError};
use fastrail::request::RequestInfo;
use fastrail::schema::{Generator, JsonSchema};
use fastrail::{ApiError, Error, ErrorFormat};
use serde_json::{Value, json};

use crate::services::authentication::AuthenticationError;

/// Why no tokens were given
///
/// Unknown user, wrong password and deactivated account are one answer, so that nobody learns who has an account.
#[derive(Debug, ApiError)]
#[api_error(format = OAuthErrors)]
pub enum TokenProblem {
    /// The parameter {parameter} is missing
    #[api_error(status = 400, code = "invalid_request")]
    InvalidRequest {
        /// Which one
        parameter: &'static str,
    },
    /// The credentials do not count
    #[api_error(status = 400, code = "invalid_grant")]
    InvalidGrant,
    /// The grant type is neither password nor refresh_token
    #[api_error(status = 400, code = "unsupported_grant_type")]
    UnsupportedGrantType,
    /// The service is busy; try again
    #[api_error(status = 503, code = "temporarily_unavailable", header("Retry-After" = 1))]
    Unavailable(#[source] AuthenticationError),
    /// Internal Server Error
    #[api_error(status = 500, code = "server_error")]
    Internal(#[source] AuthenticationError),
}

impl From<AuthenticationError> for TokenProblem {
    fn from(error: AuthenticationError) -> Self {
        use super::{DatabaseProblem, PasswordProblem};
        match &error {
            AuthenticationError::InvalidGrant | AuthenticationError::InvalidToken => Self::InvalidGrant,
            AuthenticationError::Token(_) | AuthenticationError::Sealed(_) => Self::Internal(error),
            AuthenticationError::Password(cause) => match PasswordProblem::from(*cause) {
                PasswordProblem::Overloaded => Self::Unavailable(error),
                PasswordProblem::Internal(_) => Self::Internal(error),
            },
            AuthenticationError::Database(cause) => match DatabaseProblem::from(cause.clone()) {
                DatabaseProblem::Unavailable(_) => Self::Unavailable(error),
                DatabaseProblem::Internal(_) => Self::Internal(error),
            },
        }
    }
}

/// `{"error", "error_description"}`
#[derive(Clone, Copy, Debug)]
pub struct OAuthErrors;

impl ErrorFormat for OAuthErrors {
    fn render(&self, error: &Error, _: &RequestInfo<'_>) -> fastrail::response::Response {
        let body = json!({ "error": name_of(error.code()), "error_description": description(error) });
        fastrail::response::json_response(error.status(), self.media_type(), &body)
    }

    fn schema(&self, generator: &mut Generator) -> JsonSchema {
        generator.named(
            "OAuthError",
            JsonSchema::of("object")
                .with("title", "OAuthError")
                .with("description", "Why no tokens were given (RFC 6749 §5.2)")
                .with("required", json!(["error"]))
                .with(
                    "properties",
                    json!({
                        "error": { "type": "string", "title": "Error", "description": "A name for programs" },
                        "error_description": { "type": "string", "title": "Error Description", "description": "A sentence for people" },
                    }),
                ),
        )
    }

    fn example(&self, case: &ErrorCase) -> Option<Value> {
        Some(json!({ "error": name_of(&case.code), "error_description": printable(&case.message) }))
    }
}

/// The name that OAuth has for what the framework refuses (RFC 6749 §5.2; the last one from §4.1.2.1)
fn name_of(code: &str) -> &str {
    match code {
        "body_too_large"
        | "body_unreadable"
        | "unsupported_content_encoding"
        | "unsupported_media_type"
        | "validation_failed" => "invalid_request",
        "internal_error" => "server_error",
        other => other,
    }
}

/// What is wrong, in a sentence for people; of input that does not fit, where
fn description(error: &Error) -> String {
    if !error.is_validation() {
        return printable(&error.to_string());
    }
    let field = |error: &ValidationError| match error.loc.last() {
        Some(Segment::Field(name)) => format!("{name}: {}", error.msg),
        _ => error.msg.to_string(),
    };
    let fields: Vec<String> = error.validation_errors().iter().map(field).collect();
    printable(&fields.join("; "))
}

/// Only the characters that RFC 6749 §5.2 lets stand in a description: printable ASCII without `"` and `\`
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '"' | '\\' => '\'',
            '…' | ' '..='~' => c,
            _ => '?',
        })
        .collect::<String>()
        .replace('…', "...")
}
