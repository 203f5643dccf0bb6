//! `GET /me`.

use std::sync::LazyLock;

use hyper::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use hyper::{HeaderMap, StatusCode};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::{Deserialize, Serialize};

use crate::answer::{self, Answer};

static KEY: LazyLock<DecodingKey> =
    LazyLock::new(|| DecodingKey::from_secret(b"a secret of the benchmark, 32 bytes at least"));
static RULES: LazyLock<Validation> = LazyLock::new(|| Validation::new(Algorithm::HS256));

#[derive(Deserialize)]
struct Claims {
    sub: String,
    role: String,
}

#[derive(Serialize)]
struct Me {
    name: String,
    role: String,
}

pub fn me(headers: &HeaderMap) -> Answer {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let Some(Ok(token)) = token.map(|token| decode::<Claims>(token, &KEY, &RULES)) else {
        let mut answer = answer::status(StatusCode::UNAUTHORIZED);
        answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return answer;
    };
    let Claims { sub, role } = token.claims;
    if role != "admin" {
        return answer::status(StatusCode::FORBIDDEN);
    }
    answer::json(StatusCode::OK, &Me { name: sub, role })
}
