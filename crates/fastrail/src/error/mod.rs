//! Errors: what went wrong, and the one shape it is answered in.
//!
//! # Policy
//! - A typed error ([`ApiError`]) says status, stable code and a message that is safe for strangers. What only the
//!   operator may know is a second field that goes to the log and never into an answer.
//! - The shape of the body belongs to the app, not to the error: one [`ErrorFormat`] renders validation, 404, 405,
//!   413, panics and handler errors alike, and documents itself.
//! - Nothing internal leaves: an unexpected failure is a 500 with the request id.
//!
//! Never here: business errors (the app's services have their own).

mod answer;
mod api_error;
mod fastapi;
mod format;
mod handlers;
mod problem;
mod validation;

pub use answer::Error;
pub use api_error::{ApiError, ErrorCase};
pub use fastapi::FastApiErrors;
pub use format::ErrorFormat;
pub(crate) use handlers::ErrorAnswers;
pub use problem::ProblemDetails;
pub use validation::{Location, Segment, ValidationError};

/// Why a request did not reach its operation's end
#[derive(Debug)]
pub enum Failure {
    /// Input did not fit: the errors are in the request's context
    Invalid,
    /// Something else
    Error(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}
