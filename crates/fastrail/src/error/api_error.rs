//! The contract of a typed error: what a stranger may see of it, and what only the log sees.
//!
//! Never here: the body's shape. It belongs to the app (see [`ErrorFormat`]).

use std::borrow::Cow;

use http::{HeaderMap, StatusCode};

use super::{Error, ErrorFormat};

/// An error that a path operation or a dependency can answer
///
/// Derive it on an enum; each variant states its status and a stable `code`, and its doc comment is the message:
///
/// ```
/// use fastrail::prelude::*;
///
/// #[derive(ApiError)]
/// enum ItemError {
///     /// There is no such item, or it is not yours
///     #[api_error(status = 404, code = "item_not_found")]
///     NotFound,
///     /// Only {0} items are left
///     #[api_error(status = 409, code = "sold_out")]
///     SoldOut(u32),
/// }
///
/// assert_eq!(ItemError::SoldOut(2).message(), "Only 2 items are left");
/// ```
///
/// It fills `responses` of every operation that can answer it, directly or through its dependencies.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error that can be answered",
    label = "this error has no HTTP status",
    note = "add `#[derive(ApiError)]` and give each variant `#[api_error(status = …, code = \"…\")]`, or use `fastrail::Error`"
)]
pub trait ApiError: Send + Sync + 'static {
    /// The HTTP status of the answer
    fn status(&self) -> StatusCode;

    /// A stable name in snake_case, for programs
    fn code(&self) -> Cow<'static, str>;

    /// A sentence that is safe for strangers
    fn message(&self) -> String;

    /// Where people can read more
    fn documentation(&self) -> Option<Cow<'static, str>> {
        None
    }

    /// Adds headers to the answer, such as `Retry-After`
    fn headers(&self, _headers: &mut HeaderMap) {}

    /// What only the log may say: causes, names of tables, addresses
    fn log_detail(&self) -> Option<String> {
        None
    }

    /// A shape of its own, for errors whose form a standard fixes (OAuth 2.0). `None`: the app's
    fn format(&self) -> Option<&'static dyn ErrorFormat> {
        None
    }

    /// The error that a transparent variant holds, for handlers of its type; any other variant comes back
    ///
    /// # Errors
    /// The error itself, when it is no transparent one.
    fn into_transparent(self) -> Result<Error, Self>
    where
        Self: Sized,
    {
        Err(self)
    }

    /// Lists every answer that this error type can give
    fn describe(errors: &mut Vec<ErrorCase>);
}

/// One documented answer of an [`ApiError`]
#[derive(Clone)]
pub struct ErrorCase {
    /// The HTTP status
    pub status: StatusCode,
    /// The stable code
    pub code: Cow<'static, str>,
    /// The message, with `…` where a value stands
    pub message: Cow<'static, str>,
    /// Names of headers that the answer carries
    pub headers: &'static [&'static str],
    /// The shape, where it is not the app's
    pub format: Option<&'static dyn ErrorFormat>,
}

impl std::fmt::Debug for ErrorCase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ErrorCase").field("status", &self.status).field("code", &self.code).finish_non_exhaustive()
    }
}

impl ApiError for std::convert::Infallible {
    fn status(&self) -> StatusCode {
        match *self {}
    }
    fn code(&self) -> Cow<'static, str> {
        match *self {}
    }
    fn message(&self) -> String {
        match *self {}
    }
    fn describe(_: &mut Vec<ErrorCase>) {}
}
