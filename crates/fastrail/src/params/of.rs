//! What generated code asks of an argument, by its specification.
//!
//! It names only [`ArgumentSpec`]: where a type is no argument, the one place that says so is the specification itself.

use super::spec::Progress;
use super::{ArgumentSpec, Kind, Slot};
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::request::RequestContext;

/// What the argument gathers
#[allow(missing_debug_implementations, reason = "it lives between two steps of generated code")]
pub struct Input<S: ArgumentSpec>(<S::Kind as Kind<S>>::Input);

/// An argument that has not been looked at yet
pub fn slot<S: ArgumentSpec>() -> impl Slot<S::Value> {
    Progress::<S>::Empty
}

/// See [`Kind::SECURITY`]
pub const fn is_security<S: ArgumentSpec>() -> bool {
    <S::Kind as Kind<S>>::SECURITY
}

/// See [`Kind::BODY`]
pub const fn reads_body<S: ArgumentSpec>() -> bool {
    <S::Kind as Kind<S>>::BODY
}

/// See [`Kind::describe`]
pub fn describe<S: ArgumentSpec>(doc: &mut OperationDoc<'_>) {
    <S::Kind as Kind<S>>::describe(doc);
}

/// See [`Kind::gather`]
pub fn gather<S: ArgumentSpec>(cx: &mut RequestContext) -> Input<S> {
    Input(<S::Kind as Kind<S>>::gather(cx))
}

/// See [`Kind::resolve`]
///
/// # Errors
/// What the argument answers.
pub async fn resolve<S: ArgumentSpec>(cx: &mut RequestContext, input: Input<S>) -> Result<S::Value, Failure> {
    <S::Kind as Kind<S>>::resolve(cx, input.0).await
}
