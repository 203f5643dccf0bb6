//! Why a caller is not known, or may not.

use fastrail::ApiError;
use fastrail::rate_limit::RateLimitError;

use super::{DatabaseProblem, PasswordProblem, WriteProblem};
use crate::services::authentication::AuthenticationError;
use crate::services::logins::LoginError;

/// Why the caller is not known
#[derive(Debug, ApiError)]
pub enum AuthProblem {
    /// Not authenticated
    #[api_error(status = 401, code = "not_authenticated", header("WWW-Authenticate" = "Bearer"))]
    NotAuthenticated,
    /// The credential does not count
    #[api_error(status = 401, code = "token_invalid", header("WWW-Authenticate" = r#"Bearer error="invalid_token""#))]
    TokenInvalid,
    /// An API key does not count here: log in
    #[api_error(status = 401, code = "login_required", header("WWW-Authenticate" = "Bearer"))]
    LoginRequired,
    /// A request with a cookie must come from a page of this host, or of an allowed origin
    #[api_error(status = 403, code = "origin_mismatch")]
    OriginMismatch,
    /// The caller calls too often
    #[api_error(transparent)]
    Limited(#[from] RateLimitError),
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

/// Why nobody could tell whether credentials count
#[derive(Debug, ApiError)]
pub enum CredentialProblem {
    /// The password could not be checked
    #[api_error(transparent)]
    Password(PasswordProblem),
    /// The database failed
    #[api_error(transparent)]
    Database(WriteProblem),
    /// Internal Server Error
    #[api_error(status = 500, code = "internal_error")]
    Internal(#[source] AuthenticationError),
}

impl CredentialProblem {
    /// `None` when it can be told: they do not count
    fn of(error: AuthenticationError) -> Option<Self> {
        match error {
            AuthenticationError::InvalidToken | AuthenticationError::InvalidGrant => None,
            AuthenticationError::Password(error) => Some(Self::Password(error.into())),
            AuthenticationError::Database(error) => Some(Self::Database(error.into())),
            AuthenticationError::Token(_) | AuthenticationError::Sealed(_) => Some(Self::Internal(error)),
        }
    }
}

/// Why a browser was not logged in
///
/// Unknown user, wrong password, locked and deactivated account are one answer, so that nobody learns who has one.
#[derive(Debug, ApiError)]
pub enum LoginProblem {
    /// The credentials do not count
    #[api_error(status = 401, code = "invalid_credentials", header("WWW-Authenticate" = "Bearer"))]
    InvalidCredentials,
    /// A page of another origin may log nobody in
    #[api_error(status = 403, code = "origin_mismatch")]
    OriginMismatch,
    /// The credentials could not be checked
    #[api_error(transparent)]
    Unchecked(CredentialProblem),
}

impl From<AuthenticationError> for LoginProblem {
    fn from(error: AuthenticationError) -> Self {
        CredentialProblem::of(error).map_or(Self::InvalidCredentials, Self::Unchecked)
    }
}

/// Why a password was not changed
#[derive(Debug, ApiError)]
pub enum PasswordChangeProblem {
    /// The current password is another one, or too many were wrong: wait a while
    #[api_error(status = 400, code = "wrong_password")]
    WrongPassword,
    /// The current password could not be checked
    #[api_error(transparent)]
    Unchecked(CredentialProblem),
}

impl From<AuthenticationError> for PasswordChangeProblem {
    fn from(error: AuthenticationError) -> Self {
        CredentialProblem::of(error).map_or(Self::WrongPassword, Self::Unchecked)
    }
}

/// Why a login was not ended
#[derive(Debug, ApiError)]
pub enum SessionProblem {
    /// There is no such login, or it is not yours
    #[api_error(status = 404, code = "session_not_found")]
    NotFound,
    /// A token of another provider is ended there
    #[api_error(status = 409, code = "no_session")]
    NoLogin,
    /// The database failed
    #[api_error(transparent)]
    Database(WriteProblem),
}

impl From<LoginError> for SessionProblem {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::NotFound => Self::NotFound,
            LoginError::NoLogin => Self::NoLogin,
            LoginError::Database(error) => Self::Database(error.into()),
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
