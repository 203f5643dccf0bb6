//! Logins, and tokens as RFC 6749 has them.

use fastrail::prelude::*;

use crate::models::{LoginKind, LoginSession, LoginSessionId, Password};

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

/// A login of a browser
#[derive(Debug, Deserialize, Schema)]
pub struct LoginIn {
    /// A username or an e-mail address
    #[schema(pattern = r"^[^\x00]*$", example = "ada")]
    pub username: String,
    /// The password
    #[schema(pattern = r"^[^\x00]*$")]
    pub password: SecretString,
}

/// Another password
#[derive(Debug, Deserialize, Schema)]
pub struct PasswordChangeIn {
    /// The password until now
    #[schema(pattern = r"^[^\x00]*$")]
    pub current_password: SecretString,
    /// The password from now on; none that everybody tries first
    pub new_password: Password,
}

/// A login
#[derive(Debug, Serialize, Schema)]
pub struct SessionOut {
    /// Names the login
    pub id: Uuid,
    /// How it shows itself: `token` or `cookie`
    #[schema(example = "token")]
    pub kind: String,
    /// Where it was made; a network of IPv6
    pub address: Option<String>,
    /// With what it was made
    pub user_agent: Option<String>,
    /// When it was made
    pub created_at: DateTime<Utc>,
    /// When its refresh token was last used
    pub last_used_at: DateTime<Utc>,
    /// When it ends, unless a refresh moves that
    pub expires_at: DateTime<Utc>,
    /// Whether this request has come by it
    pub is_current: bool,
}

impl SessionOut {
    /// A login as its owner sees it from another, or from itself
    pub fn new(login: LoginSession, current: Option<LoginSessionId>) -> Self {
        let kind = match login.kind {
            LoginKind::Token => "token",
            LoginKind::Cookie => "cookie",
        };
        Self {
            id: login.id.as_uuid(),
            kind: kind.to_owned(),
            address: login.address,
            user_agent: login.user_agent,
            created_at: login.created_at,
            last_used_at: login.last_used_at,
            expires_at: login.expires_at,
            is_current: current == Some(login.id),
        }
    }
}
