//! The shape of an error's body: one for the whole app, chosen in a line.
//!
//! Two are built in: [`FastApiErrors`](super::FastApiErrors) and [`ProblemDetails`](super::ProblemDetails).

use axum_core::response::Response;
use http::StatusCode;
use serde_json::Value;

use super::{Error, ErrorCase};
use crate::request::RequestInfo;
use crate::schema::{Generator, JsonSchema};

/// Renders every failure of an app (validation, 404, 405, 413, panics, handler errors) and documents the shape
///
/// A shape of your own implements the three methods without a default; see `examples` in the guide.
pub trait ErrorFormat: Send + Sync + 'static {
    /// Builds the answer. Headers of the error (such as `Allow`) are added by the caller.
    fn render(&self, error: &Error, request: &RequestInfo<'_>) -> Response;

    /// The media type of the body, as it is documented
    fn media_type(&self) -> &'static str {
        "application/json"
    }

    /// The schema of an error's body
    fn schema(&self, generator: &mut Generator) -> JsonSchema;

    /// The schema of a 422, where it differs
    fn validation_schema(&self, generator: &mut Generator) -> JsonSchema {
        self.schema(generator)
    }

    /// What the document says about a 422 of the framework
    fn validation_description(&self) -> &'static str {
        "The request does not fit; every error is listed"
    }

    /// An example body for a documented case
    fn example(&self, _case: &ErrorCase) -> Option<Value> {
        None
    }

    /// The status for a JSON body that is not declared as JSON. RFC 9110 §15.5.16 says 415
    fn wrong_media_type(&self) -> StatusCode {
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    }

    /// Whether the document lists also what the framework itself can answer on an operation (413, 415, 500)
    fn documents_framework_errors(&self) -> bool {
        true
    }
}
