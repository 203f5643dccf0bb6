//! What cannot be answered, and FastAPI's list of what is wrong.
//!
//! garde tells place and text of each error. The other servers also tell its type, its bounds and what was sent; here
//! that is looked up in the body, which is kept for it, and in a table of the text's beginnings.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use garde::{Report, Validate};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub enum Rejection {
    Unusable,
    Invalid(Vec<Issue>),
    NotFound,
    Database,
}

#[derive(Serialize)]
pub struct Issue {
    #[serde(rename = "type")]
    kind: &'static str,
    loc: Vec<String>,
    msg: String,
    input: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    ctx: Option<Value>,
}

#[derive(Serialize)]
struct Issues {
    detail: Vec<Issue>,
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        match self {
            Self::Unusable => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
            Self::Invalid(detail) => (StatusCode::UNPROCESSABLE_ENTITY, Json(Issues { detail })).into_response(),
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::Database => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

/// JSON that has passed its own checks
pub struct ValidJson<T>(pub T);

impl<S, T> FromRequest<S> for ValidJson<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Validate<Context = ()>,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        let body = Bytes::from_request(request, state).await.map_err(|_| Rejection::Unusable)?;
        let value: T = serde_json::from_slice(&body).map_err(|_| Rejection::Unusable)?;
        match value.validate() {
            Ok(()) => Ok(Self(value)),
            Err(report) => Err(Rejection::Invalid(issues(&report, &body))),
        }
    }
}

fn issues(report: &Report, body: &[u8]) -> Vec<Issue> {
    let sent: Value = serde_json::from_slice(body).unwrap_or_default();
    report.iter().map(|(path, error)| issue(&path.to_string(), error.message(), &sent)).collect()
}

fn issue(path: &str, message: &str, sent: &Value) -> Issue {
    let mut loc = vec!["body".to_owned()];
    let mut input = sent;
    for name in path.split('.') {
        loc.push(name.to_owned());
        input = &input[name];
    }
    let (kind, msg, ctx) = explain(message);
    Issue { kind, loc, msg, input: input.clone(), ctx }
}

/// garde's text as type, text and bounds
fn explain(message: &str) -> (&'static str, String, Option<Value>) {
    let bound = || message.rsplit(' ').next().and_then(|bound| bound.parse::<i64>().ok()).unwrap_or_default();
    if message.starts_with("length is lower than") {
        let min = bound();
        let msg = format!("String should have at least {min} character{}", plural(min));
        ("string_too_short", msg, Some(json!({ "min_length": min })))
    } else if message.starts_with("length is greater than") {
        let max = bound();
        let msg = format!("String should have at most {max} character{}", plural(max));
        ("string_too_long", msg, Some(json!({ "max_length": max })))
    } else if message.starts_with("lower than") {
        let min = bound();
        let msg = format!("Input should be greater than or equal to {min}");
        ("greater_than_equal", msg, Some(json!({ "ge": min })))
    } else if message.starts_with("greater than") {
        let max = bound();
        ("less_than_equal", format!("Input should be less than or equal to {max}"), Some(json!({ "le": max })))
    } else if let Some(pattern) = message.strip_prefix("does not match pattern /") {
        let pattern = pattern.trim_end_matches('/');
        let msg = format!("String should match pattern '{pattern}'");
        ("string_pattern_mismatch", msg, Some(json!({ "pattern": pattern })))
    } else {
        ("value_error", message.to_owned(), None)
    }
}

fn plural(count: i64) -> &'static str {
    if count == 1 { "" } else { "s" }
}
