//! Answers, and FastAPI's list of what is wrong.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use hyper::{Response, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

pub type Answer = Response<Full<Bytes>>;

pub fn status(status: StatusCode) -> Answer {
    json(status, &json!({ "detail": status.canonical_reason() }))
}

pub fn text(text: &'static str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}

pub fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    let Ok(body) = serde_json::to_vec(value) else {
        return self::status(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let mut answer = Response::new(Full::new(Bytes::from(body)));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

pub fn secure(answer: &mut Answer) {
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

/// What is wrong with one input
#[derive(Serialize)]
pub struct Issue {
    #[serde(rename = "type")]
    kind: &'static str,
    loc: Vec<&'static str>,
    msg: String,
    input: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    ctx: Option<Value>,
}

#[derive(Serialize)]
struct Issues {
    detail: Vec<Issue>,
}

/// Everything that is wrong with a request
#[derive(Default)]
pub struct Checks(Vec<Issue>);

impl Checks {
    pub fn length(&mut self, loc: &[&'static str], text: &str, min: usize, max: usize) {
        let length = text.chars().count();
        if length < min {
            let msg = format!("String should have at least {min} character{}", plural(min));
            self.add("string_too_short", loc, msg, text.into(), Some(json!({ "min_length": min })));
        } else if length > max {
            let msg = format!("String should have at most {max} character{}", plural(max));
            self.add("string_too_long", loc, msg, text.into(), Some(json!({ "max_length": max })));
        }
    }

    pub fn range(&mut self, loc: &[&'static str], number: i64, min: i64, max: i64, input: Value) {
        if number < min {
            let msg = format!("Input should be greater than or equal to {min}");
            self.add("greater_than_equal", loc, msg, input, Some(json!({ "ge": min })));
        } else if number > max {
            let msg = format!("Input should be less than or equal to {max}");
            self.add("less_than_equal", loc, msg, input, Some(json!({ "le": max })));
        }
    }

    pub fn add(&mut self, kind: &'static str, loc: &[&'static str], msg: String, input: Value, ctx: Option<Value>) {
        self.0.push(Issue { kind, loc: loc.to_vec(), msg, input, ctx });
    }

    pub fn missing(&mut self, loc: &[&'static str]) {
        self.add("missing", loc, "Field required".to_owned(), Value::Null, None);
    }

    pub fn not_an_integer(&mut self, loc: &[&'static str], text: &str) {
        let msg = "Input should be a valid integer, unable to parse string as an integer".to_owned();
        self.add("int_parsing", loc, msg, text.into(), None);
    }

    /// 422 with all of it, unless all is well
    pub fn verdict(self) -> Result<(), Answer> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(json(StatusCode::UNPROCESSABLE_ENTITY, &Issues { detail: self.0 }))
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
