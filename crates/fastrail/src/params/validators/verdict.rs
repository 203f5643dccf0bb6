//! What an async validator may return.

use super::Checked;
use crate::openapi::OperationDoc;
use crate::response::ReplyError;
use crate::schema::{IntoIssue, Issue};

/// What is wrong with a value: an [`Issue`], or a text, which becomes pydantic's `value_error`
///
/// Not any `Display`, as for a plain validator: a database's error is nothing to tell a stranger, and no 422.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot tell what is wrong with a value",
    label = "this is no `Issue` and no text",
    note = "return `Result<(), Issue>` or `Result<(), String>`; where the check itself can fail, `Result<Result<(), Issue>, E>` with an `E` that is `ApiError`"
)]
pub trait RefusalIssue: IntoIssue {}

impl RefusalIssue for Issue {}
impl RefusalIssue for String {}
impl RefusalIssue for &'static str {}

/// What a `#[validator]` may return: `Result<(), Issue>`, or `Result<Result<(), Issue>, E>` where the check can fail
#[diagnostic::on_unimplemented(
    message = "a `#[validator]` cannot return `{Self}`",
    label = "this is no verdict on a value",
    note = "return `Result<(), Issue>` or `Result<(), String>`; where the check itself can fail, `Result<Result<(), Issue>, E>` with an `E` that is `ApiError`"
)]
pub trait Verdict {
    /// Documents the errors of the check itself
    fn describe_errors(doc: &mut OperationDoc<'_>);
    /// The verdict in one type
    #[allow(clippy::missing_errors_doc, reason = "a verdict is no error")]
    fn settle(self) -> Checked;
}

/// Names what a `#[validator]` returns; the macro writes it, and only here the type meets its bound
pub trait VerdictSpec {
    /// The type
    type Output: Verdict;
}

/// Documents the errors of a check itself
pub fn describe_verdict<S: VerdictSpec>(doc: &mut OperationDoc<'_>) {
    S::Output::describe_errors(doc);
}

/// The verdict of a check in one type
#[allow(clippy::missing_errors_doc, reason = "a verdict is no error")]
pub fn settle_verdict<S: VerdictSpec>(verdict: S::Output) -> Checked {
    verdict.settle()
}

impl<I: RefusalIssue> Verdict for Result<(), I> {
    fn describe_errors(_: &mut OperationDoc<'_>) {}

    fn settle(self) -> Checked {
        Ok(self.map_err(IntoIssue::into_issue))
    }
}

impl<I: RefusalIssue, E: ReplyError> Verdict for Result<Result<(), I>, E> {
    fn describe_errors(doc: &mut OperationDoc<'_>) {
        E::describe_errors(doc);
    }

    fn settle(self) -> Checked {
        self.map(|verdict| verdict.map_err(IntoIssue::into_issue)).map_err(ReplyError::into_error)
    }
}
