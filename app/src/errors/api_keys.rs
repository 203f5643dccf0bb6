//! Why a use case of API keys failed.

use fastrail::ApiError;

use super::WriteProblem;
use crate::services::api_keys::ApiKeyError;

/// Why an API key could not be made
#[derive(Debug, ApiError)]
pub enum ApiKeyCreateProblem {
    /// A key may do no more than you: you lack {permission}
    #[api_error(status = 403, code = "permission_not_held")]
    NotHeld {
        /// Which one
        permission: String,
    },
    /// You have as many API keys as one may have: delete one
    #[api_error(status = 409, code = "too_many_api_keys")]
    TooMany,
    /// The database failed
    #[api_error(transparent)]
    Database(WriteProblem),
    /// Internal Server Error
    #[api_error(status = 500, code = "internal_error")]
    Internal(#[source] ApiKeyError),
}

impl From<ApiKeyError> for ApiKeyCreateProblem {
    fn from(error: ApiKeyError) -> Self {
        match error {
            ApiKeyError::NotHeld(permission) => Self::NotHeld { permission: permission.into() },
            ApiKeyError::TooMany => Self::TooMany,
            ApiKeyError::Database(error) => Self::Database(error.into()),
            ApiKeyError::NotFound => Self::Internal(error),
        }
    }
}

/// Why an API key could not be changed
#[derive(Debug, ApiError)]
pub enum ApiKeyProblem {
    /// There is no such API key, or it is not yours
    #[api_error(status = 404, code = "api_key_not_found")]
    NotFound,
    /// The database failed
    #[api_error(transparent)]
    Database(WriteProblem),
    /// Internal Server Error
    #[api_error(status = 500, code = "internal_error")]
    Internal(#[source] ApiKeyError),
}

impl From<ApiKeyError> for ApiKeyProblem {
    fn from(error: ApiKeyError) -> Self {
        match error {
            ApiKeyError::NotFound => Self::NotFound,
            ApiKeyError::Database(error) => Self::Database(error.into()),
            ApiKeyError::NotHeld(_) | ApiKeyError::TooMany => Self::Internal(error),
        }
    }
}
