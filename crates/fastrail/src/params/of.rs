//! What generated code asks of an argument, by its specification.
//!
//! It names only [`ArgumentSpec`]: where a type is no argument, the one place that says so is the specification itself.

use std::future::Future;

use super::spec::Security;
use super::{ArgumentSpec, Pending, Secured, Take};
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::request::RequestContext;

/// See [`Kind::SECURITY`](super::Kind::SECURITY)
pub const fn is_security<S: ArgumentSpec>() -> bool {
    S::Kind::SECURITY
}

/// See [`Kind::BODY`](super::Kind::BODY)
pub const fn reads_body<S: ArgumentSpec>() -> bool {
    S::Kind::BODY
}

/// See [`Take::ENDS_BEFORE_RESPONSE`]
pub const fn ends_before_response<S: ArgumentSpec>() -> bool {
    S::Kind::ENDS_BEFORE_RESPONSE
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
