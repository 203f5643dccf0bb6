//! How a request ended, as teardowns see it.

use http::StatusCode;

/// How a request ended
///
/// ```
/// use fastrail::dependency::Outcome;
/// use http::StatusCode;
///
/// assert!(Outcome::of(StatusCode::CREATED).is_success());
/// assert!(!Outcome::of(StatusCode::CONFLICT).is_success());
/// assert!(!Outcome::Panicked.is_success());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The operation answered with a status below 400
    Success(StatusCode),
    /// The operation, a dependency or an earlier teardown answered an error
    Failure(StatusCode),
    /// The operation panicked or, for a teardown that runs after the answer, what makes its body did
    Panicked,
    /// The client left: before the operation ended (safe methods only, since unsafe ones run to their end) or, for a
    /// teardown that runs after the answer, before all of the answer was sent
    Cancelled,
}

impl Outcome {
    /// The outcome of an answer with this status
    pub fn of(status: StatusCode) -> Self {
        if status.is_client_error() || status.is_server_error() { Self::Failure(status) } else { Self::Success(status) }
    }

    /// Whether work should be kept: commit on `true`, roll back on `false`
    pub fn is_success(self) -> bool {
        matches!(self, Self::Success(_))
    }
}
