//! OAuth 2.0 flows (RFC 6749) as the document describes them; the credential itself is a bearer token (RFC 6750).
//!
//! The password flow is for first-party clients only: RFC 9700 §2.4 retires it for third parties, and with it the
//! implicit flow, which is not offered.

use serde_json::{Map, Value, json};

/// One flow; `#[derive(SecurityScheme)]` writes it
#[derive(Clone, Copy, Debug)]
pub struct OAuth2Flow {
    /// `password`, `clientCredentials` or `authorizationCode`
    pub kind: &'static str,
    /// Where the browser is sent to, for the authorization code
    pub authorization_url: Option<&'static str>,
    /// Where a token is got
    pub token_url: &'static str,
    /// Where a token is renewed, when that is elsewhere
    pub refresh_url: Option<&'static str>,
    /// The scopes with their meanings
    pub scopes: &'static [(&'static str, &'static str)],
}

/// The scheme as OpenAPI describes it
pub fn oauth2_scheme(flows: &[OAuth2Flow]) -> Value {
    let flows: Map<String, Value> = flows.iter().map(|flow| (flow.kind.to_owned(), flow.document())).collect();
    json!({ "type": "oauth2", "flows": flows })
}

impl OAuth2Flow {
    fn document(&self) -> Value {
        let scopes: Map<String, Value> =
            self.scopes.iter().map(|(name, meaning)| ((*name).to_owned(), (*meaning).into())).collect();
        let mut flow = Map::new();
        if let Some(url) = self.authorization_url {
            flow.insert("authorizationUrl".to_owned(), url.into());
        }
        flow.insert("tokenUrl".to_owned(), self.token_url.into());
        if let Some(url) = self.refresh_url {
            flow.insert("refreshUrl".to_owned(), url.into());
        }
        flow.insert("scopes".to_owned(), scopes.into());
        Value::Object(flow)
    }
}
