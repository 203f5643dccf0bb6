//! FastAPI's error shape: `{"detail": …}`. The framework's default.

use axum_core::response::Response;
use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Error, ErrorFormat, ValidationError};
use crate::request::RequestInfo;
use crate::response::json_response;
use crate::schema::{Generator, JsonSchema};

/// `{"detail": "Not Found"}`, and for a 422 `{"detail": [{"type", "loc", "msg", "input", "ctx"?}, …]}`
#[derive(Clone, Copy, Debug, Default)]
pub struct FastApiErrors;

/// What is answered, written as it is
#[derive(Serialize)]
struct Body<'e> {
    detail: Detail<'e>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Detail<'e> {
    Said(&'e Value),
    Found(&'e [ValidationError]),
}

impl ErrorFormat for FastApiErrors {
    fn render(&self, error: &Error, _: &RequestInfo<'_>) -> Response {
        let detail = match error.validation_errors() {
            [] => Detail::Said(error.detail()),
            errors => Detail::Found(errors),
        };
        json_response(error.status(), "application/json", &Body { detail })
    }

    fn schema(&self, generator: &mut Generator) -> JsonSchema {
        generator.named(
            "HTTPError",
            JsonSchema::of("object")
                .with("title", "HTTPError")
                .with("required", json!(["detail"]))
                .with("properties", json!({ "detail": { "title": "Detail" } })),
        )
    }

    fn validation_schema(&self, generator: &mut Generator) -> JsonSchema {
        let item = generator.named(
            "ValidationError",
            JsonSchema::of("object")
                .with("title", "ValidationError")
                .with("required", json!(["loc", "msg", "type"]))
                .with(
                    "properties",
                    json!({
                        "loc": {
                            "title": "Location",
                            "type": "array",
                            "items": { "anyOf": [{ "type": "string" }, { "type": "integer" }] },
                        },
                        "msg": { "title": "Message", "type": "string" },
                        "type": { "title": "Error Type", "type": "string" },
                        "input": { "title": "Input" },
                        "ctx": { "title": "Context", "type": "object" },
                    }),
                ),
        );
        generator.named(
            "HTTPValidationError",
            JsonSchema::of("object")
                .with("title", "HTTPValidationError")
                .with("properties", json!({ "detail": { "title": "Detail", "type": "array", "items": item } })),
        )
    }

    fn validation_description(&self) -> &'static str {
        "Validation Error"
    }

    fn wrong_media_type(&self) -> StatusCode {
        StatusCode::UNPROCESSABLE_ENTITY
    }

    fn documents_framework_errors(&self) -> bool {
        false
    }
}
