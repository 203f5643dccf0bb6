//! What generated code asks of an argument, by its specification.
//!
//! It names only [`ArgumentSpec`]: where a type is no argument, the one place that says so is the specification itself.

use std::future::Future;

use super::spec::Security;
use super::{ArgumentSpec, Facts, Pending, Secured, Take};
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::request::RequestContext;

/// See [`Take::FACTS`]
pub const fn facts<S: ArgumentSpec>() -> Facts {
    S::Kind::FACTS
}

/// See [`Kind::BODY`](super::Kind::BODY)
pub const fn reads_body<S: ArgumentSpec>() -> bool {
    S::Kind::FACTS.body
}

/// See [`Kind::describe`](super::Kind::describe)
pub fn describe<S: ArgumentSpec>(doc: &mut OperationDoc<'_>) {
    S::Kind::describe(doc);
}

/// Settles an argument about security; leaves the others alone
///
/// # Errors
/// What a dependency answers: usually 401 or 403.
pub fn secure<S: ArgumentSpec>(
    cx: &mut RequestContext,
) -> impl Future<Output = Result<impl Secured<S::Value> + use<S>, Failure>> + Send {
    Security::<S>::settle(cx)
}

/// See [`Kind::gather`](super::Kind::gather)
pub fn gather<S: ArgumentSpec>(cx: &mut RequestContext) -> impl Pending<S::Value> + use<S> {
    S::Kind::gather(cx)
}
