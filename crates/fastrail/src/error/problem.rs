//! RFC 9457: `application/problem+json`.

use std::borrow::Cow;

use axum_core::response::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Error, ErrorCase, ErrorFormat, Segment, ValidationError};
use crate::request::RequestInfo;
use crate::response::json_response;
use crate::schema::{Generator, JsonSchema};

const MEDIA_TYPE: &str = "application/problem+json";

/// `{"type", "title", "status", "detail", "instance", "code", "request_id", "data"?, "errors"?}`
///
/// `type` is the documentation link of the error, or `about:blank` (RFC 9457 §4.2.1). Each entry of `errors` says
/// where (`pointer` into the body, RFC 6901, or `location` such as `query.limit`), a `code` and a `detail`.
#[derive(Clone, Debug, Default)]
pub struct ProblemDetails {
    documentation: Option<Cow<'static, str>>,
}

impl ProblemDetails {
    /// Problems whose `type` is `about:blank` unless the error has a documentation link of its own
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes `type` of every problem `base` followed by its code: `https://docs.example/errors/item_not_found`
    #[must_use]
    pub fn documented_at(mut self, base: impl Into<Cow<'static, str>>) -> Self {
        self.documentation = Some(base.into());
        self
    }

    fn type_of<'e>(&self, documentation: Option<&'e str>, code: &str) -> Cow<'e, str> {
        match (documentation, &self.documentation) {
            (Some(link), _) => Cow::Borrowed(link),
            (None, Some(base)) => Cow::Owned(format!("{base}{code}")),
            (None, None) => Cow::Borrowed("about:blank"),
        }
    }
}

/// What is answered, written as it is
#[derive(Serialize)]
struct Problem<'e> {
    r#type: Cow<'e, str>,
    title: &'static str,
    status: u16,
    // `detail` is a sentence (RFC 9457 §3.1.4); what is more than that is an extension (§3.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'e Value>,
    detail: &'e str,
    instance: &'e str,
    code: &'e str,
    request_id: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<Entry<'e>>>,
}

/// One validation error: where, what, and in which words
#[derive(Serialize)]
struct Entry<'e> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    code: &'e str,
    detail: Cow<'e, str>,
}

impl ErrorFormat for ProblemDetails {
    fn render(&self, error: &Error, request: &RequestInfo<'_>) -> Response {
        let status = error.status();
        let title = status.canonical_reason().unwrap_or("Error");
        let (data, detail) = match error.detail() {
            Value::String(sentence) => (None, sentence.as_str()),
            data => (Some(data), title),
        };
        let problem = Problem {
            r#type: self.type_of(error.documentation(), error.code()),
            title,
            status: status.as_u16(),
            data,
            detail,
            instance: request.path(),
            code: error.code(),
            request_id: request.request_id(),
            errors: error.is_validation().then(|| error.validation_errors().iter().map(Entry::of).collect()),
        };
        json_response(status, MEDIA_TYPE, &problem)
    }

    fn media_type(&self) -> &'static str {
        MEDIA_TYPE
    }

    fn schema(&self, generator: &mut Generator) -> JsonSchema {
        generator.named(
            "Problem",
            JsonSchema::of("object")
                .with("title", "Problem")
                .with("description", "What went wrong (RFC 9457)")
                .with("required", json!(["type", "title", "status", "detail", "instance", "code", "request_id"]))
                .with(
                    "properties",
                    json!({
                        "type": { "type": "string", "format": "uri-reference", "description": "Where to read about this kind of problem" },
                        "title": { "type": "string", "description": "The phrase of the status" },
                        "status": { "type": "integer", "minimum": 400, "maximum": 599 },
                        "detail": { "type": "string", "description": "What happened, in a sentence" },
                        "instance": { "type": "string", "format": "uri-reference", "description": "The path that was asked for" },
                        "code": { "type": "string", "description": "A stable name for programs" },
                        "request_id": { "type": "string", "description": "Name it when you ask for help" },
                        "data": { "description": "What an error that was made of JSON carries" },
                        "errors": {
                            "type": "array",
                            "description": "Every error of the request, when it did not fit",
                            "items": {
                                "type": "object",
                                "required": ["code", "detail"],
                                "properties": {
                                    "pointer": { "type": "string", "description": "Into the body (RFC 6901)" },
                                    "location": { "type": "string", "description": "A parameter: source and name" },
                                    "code": { "type": "string" },
                                    "detail": { "type": "string" },
                                },
                            },
                        },
                    }),
                ),
        )
    }

    fn example(&self, case: &ErrorCase) -> Option<Value> {
        Some(json!({
            "type": self.type_of(None, &case.code),
            "title": case.status.canonical_reason().unwrap_or("Error"),
            "status": case.status.as_u16(),
            "detail": case.message,
            "instance": "/",
            "code": case.code,
            "request_id": "0198f0a2-5a3c-7d11-9c5e-0d6f3a1b2c4d",
        }))
    }
}

impl<'e> Entry<'e> {
    fn of(error: &'e ValidationError) -> Self {
        let (code, detail) = (error.kind.as_ref(), Cow::Borrowed(error.msg.as_ref()));
        if code == "json_invalid" {
            return Self { pointer: Some(String::new()), location: None, code, detail: malformed(error).into() };
        }
        match error.loc.split_first() {
            Some((Segment::Field(source), rest)) if source == "body" => {
                Self { pointer: Some(pointer(rest)), location: None, code, detail }
            }
            _ => Self { pointer: None, location: Some(dotted(&error.loc)), code, detail },
        }
    }
}

/// What no JSON pointer can say: where malformed JSON breaks off, and why
fn malformed(error: &ValidationError) -> String {
    let reason = error.ctx.as_ref().and_then(|context| context.get("error")?.as_str());
    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    match error.loc.last() {
        Some(Segment::Index(byte)) => format!("{}{reason}, at byte {byte}", error.msg),
        _ => format!("{}{reason}", error.msg),
    }
}

/// A JSON pointer (RFC 6901): `/tags/2`, with `~` and `/` escaped
fn pointer(segments: &[Segment]) -> String {
    segments.iter().fold(String::new(), |mut pointer, segment| {
        pointer.push('/');
        match segment {
            Segment::Field(name) => pointer.push_str(&name.replace('~', "~0").replace('/', "~1")),
            Segment::Index(index) => pointer.push_str(&index.to_string()),
        }
        pointer
    })
}

/// `query.limit`
fn dotted(segments: &[Segment]) -> String {
    let names: Vec<String> = segments
        .iter()
        .map(|segment| match segment {
            Segment::Field(name) => name.to_string(),
            Segment::Index(index) => index.to_string(),
        })
        .collect();
    names.join(".")
}
