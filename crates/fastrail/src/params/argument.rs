//! The two traits that lead from a type to how it becomes an argument.

use std::future::Future;

use super::ArgumentSpec;
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::request::RequestContext;

/// A type that can be an argument of a path operation or of a dependency
///
/// Implemented for the scalars, for lists of them, by `#[derive(Schema)]` for models, by `#[dependency]` and
/// `#[derive(Dependency)]` for dependencies, and by `#[derive(SecurityScheme)]` for credentials. One type has one role.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a path operation",
    label = "this type is no parameter, no model, no dependency and no credential",
    note = "a model: add `#[derive(Deserialize, Schema)]`; a dependency: write a `#[dependency]` fn that returns it; an axum extractor: take `Extract<{Self}>`"
)]
pub trait Argument: Sized + Send + 'static {
    /// How it is read, checked and documented
    type Kind;
}

/// One way of becoming an argument, for the argument that `S` specifies
pub trait Kind<S: ArgumentSpec>: Reading {
    /// Whether it must be settled before anything else is looked at: credentials and what is made of them
    const SECURITY: bool = false;

    /// Whether it needs the body in memory
    const BODY: bool = false;

    /// What `gather` hands on to `resolve`
    type Input: Send;

    /// Adds everything that the argument takes and can answer to the operation's document
    fn describe(doc: &mut OperationDoc<'_>);

    /// Reads the argument, noting in the context what does not fit
    fn gather(cx: &mut RequestContext) -> Self::Input;

    /// Runs the async validators of what was gathered; everything has fit by then
    ///
    /// # Errors
    /// [`Failure::Invalid`], with the errors noted in the context; else what a validator answers.
    fn validate(_: &mut RequestContext, _: &mut Self::Input) -> impl Future<Output = Result<(), Failure>> + Send {
        std::future::ready(Ok(()))
    }

    /// Yields the value; runs only when every input has fit
    fn resolve(cx: &mut RequestContext, input: Self::Input) -> impl Future<Output = Result<S::Value, Failure>> + Send;
}

/// A kind that reads its value from the request itself; a dependency's value is made by a provider instead
///
/// It has nothing to do but to be there: it tells the compiler that no kind is both.
pub trait Reading: 'static {}
