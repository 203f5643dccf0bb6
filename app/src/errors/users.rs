//! Why a use case of users failed, one error a kind of use case, so that the document names what can happen and no more.

use fastrail::ApiError;

use super::{DatabaseProblem, PasswordProblem, WriteProblem};
use crate::services::users::UserError;

/// Why a user could not be read
#[derive(Debug, ApiError)]
pub enum UserProblem {
    /// There is no such user
    #[api_error(status = 404, code = "user_not_found")]
    NotFound,
    /// The database failed
    #[api_error(transparent)]
    Database(DatabaseProblem),
    /// Internal Server Error
    #[api_error(status = 500, code = "internal_error")]
    Internal(#[source] UserError),
}

impl From<UserError> for UserProblem {
    fn from(error: UserError) -> Self {
        match error {
            UserError::NotFound => Self::NotFound,
            UserError::Database(error) => Self::Database(error.into()),
            UserError::EmailTaken
            | UserError::UsernameTaken
            | UserError::LastAdmin
            | UserError::NothingToChange
            | UserError::Changed
            | UserError::NotHeld(_)
            | UserError::RoleMissing(_)
            | UserError::Password(_) => Self::Internal(error),
        }
    }
}

/// Why a user could not be made
#[derive(Debug, ApiError)]
pub enum UserCreateProblem {
    /// The e-mail address is taken
    #[api_error(status = 409, code = "email_taken")]
    EmailTaken,
    /// The username is taken
    #[api_error(status = 409, code = "username_taken")]
    UsernameTaken,
    /// The password could not be hashed
    #[api_error(transparent)]
    Password(PasswordProblem),
    /// The database failed
    #[api_error(transparent)]
    Database(WriteProblem),
    /// Internal Server Error
    #[api_error(status = 500, code = "internal_error")]
    Internal(#[source] UserError),
}

impl From<UserError> for UserCreateProblem {
    fn from(error: UserError) -> Self {
        match error {
            UserError::EmailTaken => Self::EmailTaken,
            UserError::UsernameTaken => Self::UsernameTaken,
            UserError::Password(error) => Self::Password(error.into()),
            UserError::Database(error) => Self::Database(error.into()),
            UserError::NotFound
            | UserError::LastAdmin
            | UserError::NothingToChange
            | UserError::Changed
            | UserError::NotHeld(_)
            | UserError::RoleMissing(_) => Self::Internal(error),
        }
    }
}

/// Why a user could not be changed
#[derive(Debug, ApiError)]
pub enum UserUpdateProblem {
    /// Name at least one field to change
    #[api_error(status = 400, code = "nothing_to_change")]
    NothingToChange,
    /// This user may do what you may not: you lack {permission}
    #[api_error(status = 403, code = "permission_not_held")]
    NotHeld {
        /// Which one
        permission: String,
    },
    /// There is no such user
    #[api_error(status = 404, code = "user_not_found")]
    NotFound,
    /// The e-mail address is taken
    #[api_error(status = 409, code = "email_taken")]
    EmailTaken,
    /// The username is taken
    #[api_error(status = 409, code = "username_taken")]
    UsernameTaken,
    /// The last active administrator must stay
    #[api_error(status = 409, code = "last_admin")]
    LastAdmin,
    /// It was changed at the same time; read it again
    #[api_error(status = 409, code = "changed_meanwhile")]
    Changed,
    /// The database failed
    #[api_error(transparent)]
    Database(WriteProblem),
    /// Internal Server Error
    #[api_error(status = 500, code = "internal_error")]
    Internal(#[source] UserError),
}

impl From<UserError> for UserUpdateProblem {
    fn from(error: UserError) -> Self {
        match error {
            UserError::NothingToChange => Self::NothingToChange,
            UserError::NotHeld(permission) => Self::NotHeld { permission: permission.into() },
            UserError::NotFound => Self::NotFound,
            UserError::EmailTaken => Self::EmailTaken,
            UserError::UsernameTaken => Self::UsernameTaken,
            UserError::LastAdmin => Self::LastAdmin,
            UserError::Changed => Self::Changed,
            UserError::Database(error) => Self::Database(error.into()),
            UserError::RoleMissing(_) | UserError::Password(_) => Self::Internal(error),
        }
    }
}

/// Why a user could not be deleted or restored
#[derive(Debug, ApiError)]
pub enum UserDeleteProblem {
    /// This user may do what you may not: you lack {permission}
    #[api_error(status = 403, code = "permission_not_held")]
    NotHeld {
        /// Which one
        permission: String,
    },
    /// There is no such user
    #[api_error(status = 404, code = "user_not_found")]
    NotFound,
    /// The last active administrator must stay
    #[api_error(status = 409, code = "last_admin")]
    LastAdmin,
    /// It was changed at the same time; read it again
    #[api_error(status = 409, code = "changed_meanwhile")]
    Changed,
    /// The database failed
    #[api_error(transparent)]
    Database(WriteProblem),
    /// Internal Server Error
    #[api_error(status = 500, code = "internal_error")]
    Internal(#[source] UserError),
}

impl From<UserError> for UserDeleteProblem {
    fn from(error: UserError) -> Self {
        match error {
            UserError::NotHeld(permission) => Self::NotHeld { permission: permission.into() },
            UserError::NotFound => Self::NotFound,
            UserError::LastAdmin => Self::LastAdmin,
            UserError::Changed => Self::Changed,
            UserError::Database(error) => Self::Database(error.into()),
            UserError::EmailTaken
            | UserError::UsernameTaken
            | UserError::NothingToChange
            | UserError::RoleMissing(_)
            | UserError::Password(_) => Self::Internal(error),
        }
    }
}
