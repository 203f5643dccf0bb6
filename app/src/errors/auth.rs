//! Why a caller is not known, or may not.

use fastrail::ApiError;

use super::DatabaseProblem;
use crate::services::authentication::AuthenticationError;

/// Why the caller is not known
#[derive(Debug, ApiError)]
pub enum AuthProblem {
    /// The access token does not count
    #[api_error(status = 401, code = "token_invalid", header("WWW-Authenticate" = r#"Bearer error="invalid_token""#))]
    TokenInvalid,
    /// The database failed
    #[api_error(transparent)]
    Database(DatabaseProblem),
    /// Internal Server Error
    #[api_error(status = 500, code = "internal_error")]
    Internal(#[source] AuthenticationError),
}

impl From<AuthenticationError> for AuthProblem {
    fn from(error: AuthenticationError) -> Self {
        match error {
            AuthenticationError::InvalidToken | AuthenticationError::InvalidGrant => Self::TokenInvalid,
            AuthenticationError::Database(error) => Self::Database(error.into()),
            AuthenticationError::Password(_) | AuthenticationError::Token(_) | AuthenticationError::Sealed(_) => {
                Self::Internal(error)
            }
        }
    }
}

/// Why a known caller may not
#[derive(Debug, ApiError)]
pub enum PermissionProblem {
    /// You lack the permission for this
    #[api_error(status = 403, code = "forbidden", header("WWW-Authenticate" = insufficient_scope(permission)))]
    Forbidden {
        /// Which one
        permission: &'static str,
    },
}

/// What RFC 6750 §3.1 asks for; the name of the permission is in the document as well
fn insufficient_scope(permission: &str) -> String {
    format!(r#"Bearer error="insufficient_scope", scope="{permission}""#)
}
