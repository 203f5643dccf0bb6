//! Tokens, as RFC 6749 has them.

use fastrail::prelude::*;

/// A request for tokens: `grant_type=password` with `username` and `password`, or `grant_type=refresh_token` with
/// `refresh_token` (RFC 6749 §4.3.2 and §6)
///
/// Every field is optional here, because what is required depends on the grant, and RFC 6749 §5.2 has its own answer
/// to what is missing.
#[derive(Debug, Deserialize, Schema)]
pub struct TokenRequest {
    /// `password` or `refresh_token`
    #[schema(example = "password")]
    pub grant_type: Option<String>,
    /// A username or an e-mail address
    pub username: Option<String>,
    /// The password
    pub password: Option<SecretString>,
    /// The refresh token of the last answer
    pub refresh_token: Option<SecretString>,
    /// Ignored: a token carries what its user may do
    pub scope: Option<String>,
}

/// Tokens (RFC 6749 §5.1)
#[derive(Serialize, Schema)]
pub struct TokenOut {
    /// For the header `Authorization`
    pub access_token: String,
    /// Always `bearer`
    pub token_type: String,
    /// How many seconds the access token counts
    pub expires_in: u64,
    /// For the next refresh, once
    pub refresh_token: String,
    /// What the user may do
    pub scope: String,
}

impl std::fmt::Debug for TokenOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenOut").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}
