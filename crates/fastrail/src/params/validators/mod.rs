//! Async validators: checks of a value that must ask somebody, such as whether a name is taken.
//!
//! `#[validator]` makes one of an `async fn`, whose first argument is the value by reference and whose others are taken
//! from the request as a dependency's are. `#[schema(validate_async = …)]` names it at a field or a struct.
//!
//! They run when everything in the request has fit, before any dependency that is not about security (what they take
//! themselves aside), one after the other. What they find is answered in one 422.

mod checks;
mod erased;
mod run;
mod verdict;

pub use checks::{AsyncChecks, AsyncValidators};
pub(crate) use erased::{DynValidator, ValidatorState};
pub(super) use run::run;
pub use verdict::{RefusalIssue, Verdict, VerdictSpec, describe_verdict, settle_verdict};

use std::future::Future;

use super::Pending;
use crate::error::Error;
use crate::openapi::OperationDoc;
use crate::request::RequestContext;
use crate::schema::Issue;

/// What a check came to: the value fits, it does not, or the check could not be made
pub type Checked = Result<Result<(), Issue>, Error>;

/// A check of a value that may wait; `#[validator]` writes it
pub trait AsyncValidator: Sized + 'static {
    /// What it checks
    type Value: ?Sized;

    /// What its further arguments have become; cloned for each value that it checks
    type Arguments: Clone + Send + 'static;

    /// Whether it takes a credential
    const SECURITY: bool;

    /// Documents what it takes and what it can answer
    fn describe(doc: &mut OperationDoc<'_>);

    /// Reads what it takes
    fn gather(cx: &mut RequestContext) -> impl Pending<Self::Arguments> + use<Self>;

    /// Checks one value
    fn check<'v>(value: &'v Self::Value, arguments: Self::Arguments) -> impl Future<Output = Checked> + Send + 'v;
}
