//! `POST /users`: a nested body, validated; the answer has no password.

use axum::Json;
use axum::http::StatusCode;
use email_address::EmailAddress;
use garde::Validate;
use serde::{Deserialize, Serialize};

use crate::rejection::{Rejection, ValidJson};

#[derive(Serialize, Deserialize, Validate)]
pub struct Address {
    #[garde(length(chars, min = 1, max = 100))]
    street: String,
    #[garde(length(chars, min = 1, max = 100))]
    city: String,
    #[garde(pattern("^[0-9]{5}$"))]
    zip: String,
}

#[derive(Deserialize, Validate)]
pub struct UserCreate {
    #[garde(length(chars, min = 1, max = 80))]
    name: String,
    #[garde(range(min = 0, max = 150))]
    age: i64,
    #[garde(custom(check_email))]
    email: String,
    #[garde(length(chars, min = 8, max = 128))]
    password: String,
    #[garde(dive)]
    address: Address,
    #[serde(default)]
    #[garde(length(max = 10))]
    tags: Vec<String>,
}

/// The same check as in the other servers; garde's own is a large regular expression
fn check_email(value: &str, _: &()) -> garde::Result {
    if EmailAddress::is_valid(value) { Ok(()) } else { Err(garde::Error::new("not a valid email address")) }
}

#[derive(Serialize)]
pub struct UserOut {
    name: String,
    age: i64,
    email: String,
    address: Address,
    tags: Vec<String>,
}

pub async fn create_user(body: ValidJson<UserCreate>) -> Result<(StatusCode, Json<UserOut>), Rejection> {
    let UserCreate { name, age, email, address, tags, .. } = body.0;
    Ok((StatusCode::CREATED, Json(UserOut { name, age, email, address, tags })))
}
