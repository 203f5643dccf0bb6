//! Accounts and tokens, over HTTP.

mod accounts;
mod cookies;
mod password;
mod token;

use serde_json::{Value, json};

use super::{NOBODY, assert_needs_a_token};
use crate::support::{Answer, PASSWORD, TestApi, form, password_grant};

const REGISTER: &str = "/api/v1/auth/register";

fn account(name: &str) -> Value {
    json!({ "email": format!("{name}@example.com"), "username": name, "password": PASSWORD })
}
