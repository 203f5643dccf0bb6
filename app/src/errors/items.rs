//! Why a use case of items failed.

use fastrail::ApiError;

use super::DatabaseProblem;
use crate::services::items::ItemError;

/// Why items could not be read
#[derive(Debug, ApiError)]
pub enum ItemProblem {
    /// There is no such item, or it is not yours
    #[api_error(status = 404, code = "item_not_found")]
    NotFound,
    /// The database failed
    #[api_error(transparent)]
    Database(DatabaseProblem),
    /// Internal Server Error
    #[api_error(status = 500, code = "internal_error")]
    Internal(#[source] ItemError),
}

impl From<ItemError> for ItemProblem {
    fn from(error: ItemError) -> Self {
        match error {
            ItemError::NotFound => Self::NotFound,
            ItemError::Database(error) => Self::Database(error.into()),
            ItemError::NothingToChange | ItemError::Changed => Self::Internal(error),
        }
    }
}

/// Why an item could not be made or changed
#[derive(Debug, ApiError)]
pub enum ItemWriteProblem {
    /// There is no such item, or it is not yours
    #[api_error(status = 404, code = "item_not_found")]
    NotFound,
    /// It was changed at the same time; read it again
    #[api_error(status = 409, code = "changed_meanwhile")]
    Changed,
    /// Name at least one field to change
    #[api_error(status = 400, code = "nothing_to_change")]
    NothingToChange,
    /// The database failed
    #[api_error(transparent)]
    Database(DatabaseProblem),
}

impl From<ItemError> for ItemWriteProblem {
    fn from(error: ItemError) -> Self {
        match error {
            ItemError::NotFound => Self::NotFound,
            ItemError::Changed => Self::Changed,
            ItemError::NothingToChange => Self::NothingToChange,
            ItemError::Database(error) => Self::Database(error.into()),
        }
    }
}
