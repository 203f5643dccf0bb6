//! `GET /items/{id}`.

use hyper::StatusCode;
use hyper::http::request::Parts;
use serde::Serialize;

use crate::answer::{self, Answer, Checks};

#[derive(Serialize)]
struct Item<'a> {
    id: i64,
    q: Option<String>,
    limit: i64,
    tenant: &'a str,
}

pub fn read(parts: &Parts, id: &str) -> Answer {
    checked(parts, id).unwrap_or_else(|refusal| refusal)
}

fn checked(parts: &Parts, id: &str) -> Result<Answer, Answer> {
    let mut checks = Checks::default();
    let id = integer(&mut checks, &["path", "id"], id, 1, i64::MAX);
    let (mut q, mut limit) = (None, 10);
    for (name, value) in form_urlencoded(parts.uri.query().unwrap_or_default()) {
        match name {
            "q" => {
                checks.length(&["query", "q"], &value, 0, 50);
                q = Some(value);
            }
            "limit" => limit = integer(&mut checks, &["query", "limit"], &value, 1, 100),
            _ => {}
        }
    }
    let tenant = match parts.headers.get("x-tenant").and_then(|value| value.to_str().ok()) {
        Some(tenant) => {
            checks.length(&["header", "x-tenant"], tenant, 1, 32);
            tenant
        }
        None => {
            checks.missing(&["header", "x-tenant"]);
            ""
        }
    };
    checks.verdict()?;
    Ok(answer::json(StatusCode::OK, &Item { id, q, limit, tenant }))
}

fn integer(checks: &mut Checks, loc: &[&'static str], text: &str, min: i64, max: i64) -> i64 {
    match text.parse() {
        Ok(number) => {
            checks.range(loc, number, min, max, text.into());
            number
        }
        Err(_) => {
            checks.not_an_integer(loc, text);
            0
        }
    }
}

/// The pairs of a query string, decoded
fn form_urlencoded(query: &str) -> impl Iterator<Item = (&str, String)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = value.replace('+', " ");
        (name, percent_encoding::percent_decode_str(&value).decode_utf8_lossy().into_owned())
    })
}
