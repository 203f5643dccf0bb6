//! OAuth 2.0 password flow (RFC 6749 §4.3): what makes Swagger UI's *Authorize* button ask for name and password.
//!
//! For first-party clients only; RFC 9700 §2.4 retires it for third parties.

use serde_json::{Map, Value, json};

/// The scheme as OpenAPI describes it; the credential itself is a bearer token
pub fn oauth2_password_scheme(token_url: &str, scopes: &[(&str, &str)]) -> Value {
    let scopes: Map<String, Value> =
        scopes.iter().map(|(name, meaning)| ((*name).to_owned(), (*meaning).into())).collect();
    json!({ "type": "oauth2", "flows": { "password": { "tokenUrl": token_url, "scopes": scopes } } })
}
