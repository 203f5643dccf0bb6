//! Why a use case of items failed, one error a kind of use case, so that the document names what can happen and no more.

use fastrail::ApiError;

use super::{DatabaseProblem, WriteProblem};
use crate::services::items::ItemError;

/// Why an item could not be read
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

/// Why an item could not be changed
#[derive(Debug, ApiError)]
pub enum ItemUpdateProblem {
    /// Name at least one field to change
    #[api_error(status = 400, code = "nothing_to_change")]
    NothingToChange,
    /// There is no such item, or it is not yours
    #[api_error(status = 404, code = "item_not_found")]
    NotFound,
    /// It was changed at the same time; read it again
    #[api_error(status = 409, code = "changed_meanwhile")]
    Changed,
    /// The database failed
    #[api_error(transparent)]
    Database(WriteProblem),
}

impl From<ItemError> for ItemUpdateProblem {
    fn from(error: ItemError) -> Self {
        match error {
            ItemError::NothingToChange => Self::NothingToChange,
            ItemError::NotFound => Self::NotFound,
            ItemError::Changed => Self::Changed,
            ItemError::Database(error) => Self::Database(error.into()),
        }
    }
}

/// Why an item could not be deleted
#[derive(Debug, ApiError)]
pub enum ItemDeleteProblem {
    /// There is no such item, or it is not yours
    #[api_error(status = 404, code = "item_not_found")]
    NotFound,
    /// It was changed at the same time; read it again
    #[api_error(status = 409, code = "changed_meanwhile")]
    Changed,
    /// The database failed
    #[api_error(transparent)]
    Database(WriteProblem),
    /// Internal Server Error
    #[api_error(status = 500, code = "internal_error")]
    Internal(#[source] ItemError),
}

impl From<ItemError> for ItemDeleteProblem {
    fn from(error: ItemError) -> Self {
        match error {
            ItemError::NotFound => Self::NotFound,
            ItemError::Changed => Self::Changed,
            ItemError::Database(error) => Self::Database(error.into()),
            ItemError::NothingToChange => Self::Internal(error),
        }
    }
}
