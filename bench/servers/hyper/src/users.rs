//! `POST /users`.

use std::sync::LazyLock;

use email_address::EmailAddress;
use http_body_util::{BodyExt, Limited};
use hyper::StatusCode;
use hyper::body::Incoming;
use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::answer::{self, Answer, Checks};

static ZIP: LazyLock<Regex> = LazyLock::new(|| Regex::new("^[0-9]{5}$").expect("a constant pattern"));

#[derive(Serialize, Deserialize)]
struct Address {
    street: String,
    city: String,
    zip: String,
}

#[derive(Deserialize)]
struct UserCreate {
    name: String,
    age: i64,
    email: String,
    password: String,
    address: Address,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Serialize)]
struct UserOut {
    name: String,
    age: i64,
    email: String,
    address: Address,
    tags: Vec<String>,
}

pub async fn create(body: Incoming) -> Answer {
    let Ok(body) = Limited::new(body, 2 * 1024 * 1024).collect().await else {
        return answer::status(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let Ok(user) = serde_json::from_slice::<UserCreate>(&body.to_bytes()) else {
        return answer::status(StatusCode::UNPROCESSABLE_ENTITY);
    };
    if let Err(refusal) = check(&user) {
        return refusal;
    }
    let UserCreate { name, age, email, address, tags, .. } = user;
    answer::json(StatusCode::CREATED, &UserOut { name, age, email, address, tags })
}

fn check(user: &UserCreate) -> Result<(), Answer> {
    let mut checks = Checks::default();
    checks.length(&["body", "name"], &user.name, 1, 80);
    checks.range(&["body", "age"], user.age, 0, 150, user.age.into());
    if !EmailAddress::is_valid(&user.email) {
        let msg = "value is not a valid email address".to_owned();
        checks.add("value_error", &["body", "email"], msg, user.email.as_str().into(), None);
    }
    checks.length(&["body", "password"], &user.password, 8, 128);
    checks.length(&["body", "address", "street"], &user.address.street, 1, 100);
    checks.length(&["body", "address", "city"], &user.address.city, 1, 100);
    if !ZIP.is_match(&user.address.zip) {
        let msg = format!("String should match pattern '{}'", ZIP.as_str());
        let ctx = serde_json::json!({ "pattern": ZIP.as_str() });
        let loc = &["body", "address", "zip"];
        checks.add("string_pattern_mismatch", loc, msg, user.address.zip.as_str().into(), Some(ctx));
    }
    if user.tags.len() > 10 {
        let msg = format!("List should have at most 10 items after validation, not {}", user.tags.len());
        checks.add("too_long", &["body", "tags"], msg, user.tags.clone().into(), None);
    }
    checks.verdict()
}
