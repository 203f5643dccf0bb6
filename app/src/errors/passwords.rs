//! Why a password could not be hashed or checked.

use fastrail::ApiError;
use fastrail::security::PasswordError;

/// A failure of password hashing, which is slow on purpose
#[derive(Debug, ApiError)]
pub enum PasswordProblem {
    /// Too many logins at once; try again
    #[api_error(status = 503, code = "overloaded", header("Retry-After" = 1))]
    Overloaded,
    /// Internal Server Error
    #[api_error(status = 500, code = "internal_error")]
    Internal(#[source] PasswordError),
}

impl From<PasswordError> for PasswordProblem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Overloaded => Self::Overloaded,
            PasswordError::Unusable => Self::Internal(error),
        }
    }
}
