//! Why a use case of roles failed, one error a kind of use case.

use fastrail::ApiError;

use super::{DatabaseProblem, WriteProblem};
use crate::services::roles::RoleError;

/// Why a role could not be read
#[derive(Debug, ApiError)]
pub enum RoleProblem {
    /// There is no such role
    #[api_error(status = 404, code = "role_not_found")]
    NotFound,
    /// There is no such user
    #[api_error(status = 404, code = "user_not_found")]
    UserNotFound,
    /// The database failed
    #[api_error(transparent)]
    Database(DatabaseProblem),
    /// Internal Server Error
    #[api_error(status = 500, code = "internal_error")]
    Internal(#[source] RoleError),
}

impl From<RoleError> for RoleProblem {
    fn from(error: RoleError) -> Self {
        match error {
            RoleError::NotFound => Self::NotFound,
            RoleError::UserNotFound => Self::UserNotFound,
            RoleError::Database(error) => Self::Database(error.into()),
            RoleError::Unknown(_)
            | RoleError::NameTaken
            | RoleError::BuiltIn
            | RoleError::InUse
            | RoleError::NotHeld(_)
            | RoleError::LastAdmin
            | RoleError::NothingToChange
            | RoleError::Changed => Self::Internal(error),
        }
    }
}

/// Why a role could not be made, changed or deleted
#[derive(Debug, ApiError)]
pub enum RoleWriteProblem {
    /// Name at least one field to change
    #[api_error(status = 400, code = "nothing_to_change")]
    NothingToChange,
    /// You can give and take only what you may do yourself: you lack {permission}
    #[api_error(status = 403, code = "permission_not_held")]
    NotHeld {
        /// Which one
        permission: String,
    },
    /// There is no such role
    #[api_error(status = 404, code = "role_not_found")]
    NotFound,
    /// Another role has the name
    #[api_error(status = 409, code = "role_name_taken")]
    NameTaken,
    /// The service needs this role as it is
    #[api_error(status = 409, code = "role_built_in")]
    BuiltIn,
    /// Users have this role: take it from them first
    #[api_error(status = 409, code = "role_in_use")]
    InUse,
    /// It was changed at the same time; read it again
    #[api_error(status = 409, code = "changed_meanwhile")]
    Changed,
    /// The database failed
    #[api_error(transparent)]
    Database(WriteProblem),
    /// Internal Server Error
    #[api_error(status = 500, code = "internal_error")]
    Internal(#[source] RoleError),
}

impl From<RoleError> for RoleWriteProblem {
    fn from(error: RoleError) -> Self {
        match error {
            RoleError::NothingToChange => Self::NothingToChange,
            RoleError::NotHeld(permission) => Self::NotHeld { permission: permission.into() },
            RoleError::NotFound => Self::NotFound,
            RoleError::NameTaken => Self::NameTaken,
            RoleError::BuiltIn => Self::BuiltIn,
            RoleError::InUse => Self::InUse,
            RoleError::Changed => Self::Changed,
            RoleError::Database(error) => Self::Database(error.into()),
            RoleError::Unknown(_) | RoleError::UserNotFound | RoleError::LastAdmin => Self::Internal(error),
        }
    }
}

/// Why a user did not get these roles
#[derive(Debug, ApiError)]
pub enum UserRolesProblem {
    /// You can give and take only what you may do yourself: you lack {permission}
    #[api_error(status = 403, code = "permission_not_held")]
    NotHeld {
        /// Which one
        permission: String,
    },
    /// There is no such user
    #[api_error(status = 404, code = "user_not_found")]
    UserNotFound,
    /// There is no role '{role}'
    #[api_error(status = 409, code = "role_unknown")]
    Unknown {
        /// Which one
        role: String,
    },
    /// The last active administrator must stay
    #[api_error(status = 409, code = "last_admin")]
    LastAdmin,
    /// The database failed
    #[api_error(transparent)]
    Database(WriteProblem),
    /// Internal Server Error
    #[api_error(status = 500, code = "internal_error")]
    Internal(#[source] RoleError),
}

impl From<RoleError> for UserRolesProblem {
    fn from(error: RoleError) -> Self {
        match error {
            RoleError::NotHeld(permission) => Self::NotHeld { permission: permission.into() },
            RoleError::UserNotFound => Self::UserNotFound,
            RoleError::Unknown(role) => Self::Unknown { role: role.to_string() },
            RoleError::LastAdmin => Self::LastAdmin,
            RoleError::Database(error) => Self::Database(error.into()),
            RoleError::NotFound
            | RoleError::NameTaken
            | RoleError::BuiltIn
            | RoleError::InUse
            | RoleError::NothingToChange
            | RoleError::Changed => Self::Internal(error),
        }
    }
}
