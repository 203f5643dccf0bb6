//! Chooses how a return type is answered, by the number of references that a method call looks through.
//!
//! The macro calls `(&&&&Probe::<Ret>::NEW).respond(…)`. Own replies come first, then results of axum's responses,
//! then axum's responses; what is left is a compile error in plain words. (A blanket impl for both own replies and
//! `IntoResponse` would overlap: E0119.)

use std::fmt;
use std::marker::PhantomData;

use axum_core::response::{IntoResponse, Response};
use http::StatusCode;

use super::{Reply, ReplyError};
use crate::error::Error;
use crate::openapi::{DocumentStyle, OperationDoc, ResponseDoc};
use crate::schema::JsonSchema;

/// Stands for a return type
pub struct Probe<T>(PhantomData<fn() -> T>);

impl<T> Probe<T> {
    /// The only value
    pub const NEW: Self = Self(PhantomData);
}

impl<T> fmt::Debug for Probe<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Probe")
    }
}

/// First choice: a reply that documents itself
pub trait RespondTyped<T> {
    /// Documents the answer; `status` is the attribute's
    fn describe(&self, doc: &mut OperationDoc<'_>, status: Option<StatusCode>);
    /// Builds the answer
    fn respond(&self, reply: T, status: Option<StatusCode>) -> Result<Response, Error>;
}

impl<T: Reply> RespondTyped<T> for &&&Probe<T> {
    fn describe(&self, doc: &mut OperationDoc<'_>, status: Option<StatusCode>) {
        T::describe(doc, status.unwrap_or(T::STATUS));
    }

    fn respond(&self, reply: T, status: Option<StatusCode>) -> Result<Response, Error> {
        reply.into_reply(status.unwrap_or(T::STATUS))
    }
}

/// Second choice: an axum response, or an error
pub trait RespondRawResult<T> {
    /// See [`RespondTyped::describe`]
    fn describe(&self, doc: &mut OperationDoc<'_>, status: Option<StatusCode>);
    /// See [`RespondTyped::respond`]
    fn respond(&self, reply: T, status: Option<StatusCode>) -> Result<Response, Error>;
}

impl<T: IntoResponse, E: ReplyError> RespondRawResult<Result<T, E>> for &&Probe<Result<T, E>> {
    fn describe(&self, doc: &mut OperationDoc<'_>, status: Option<StatusCode>) {
        describe_raw(doc, status);
        E::describe_errors(doc);
    }

    fn respond(&self, reply: Result<T, E>, status: Option<StatusCode>) -> Result<Response, Error> {
        reply.map(|reply| raw(reply, status)).map_err(Into::into)
    }
}

/// Third choice: an axum response
pub trait RespondRaw<T> {
    /// See [`RespondTyped::describe`]
    fn describe(&self, doc: &mut OperationDoc<'_>, status: Option<StatusCode>);
    /// See [`RespondTyped::respond`]
    fn respond(&self, reply: T, status: Option<StatusCode>) -> Result<Response, Error>;
}

impl<T: IntoResponse> RespondRaw<T> for &Probe<T> {
    fn describe(&self, doc: &mut OperationDoc<'_>, status: Option<StatusCode>) {
        describe_raw(doc, status);
    }

    fn respond(&self, reply: T, status: Option<StatusCode>) -> Result<Response, Error> {
        Ok(raw(reply, status))
    }
}

/// Implemented by nothing: asking for it is the one error for a type that is no reply ([`Reply`] itself would be
/// reported once for each trait that its impls want)
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be answered",
    label = "this type is no reply",
    note = "a model: add `#[derive(Serialize, Schema)]`; text: return `PlainText` or `Html`; nothing: return `()`; any `IntoResponse` works too",
    note = "in a `Result` the error counts as well: add `#[derive(ApiError)]`, or use `fastrail::Error`",
    note = "in front of the last element of a tuple stand `StatusCode`, `HeaderMap`, `[(HeaderName, value); N]` or `SetCookie`"
)]
pub trait Answerable {}

/// What is left: not a reply
pub trait RespondNever<T> {
    /// See [`RespondTyped::describe`]
    fn describe(&self, doc: &mut OperationDoc<'_>, status: Option<StatusCode>)
    where
        T: Answerable;
    /// See [`RespondTyped::respond`]
    fn respond(&self, reply: T, status: Option<StatusCode>) -> Result<Response, Error>;
}

impl<T> RespondNever<T> for Probe<T> {
    fn describe(&self, _: &mut OperationDoc<'_>, _: Option<StatusCode>)
    where
        T: Answerable,
    {
    }

    fn respond(&self, _: T, _: Option<StatusCode>) -> Result<Response, Error> {
        Err(Error::internal("a type that is no reply was answered"))
    }
}

/// Documents a reply of which only `IntoResponse` is known; the macro calls it for `-> impl IntoResponse`
pub fn describe_raw(doc: &mut OperationDoc<'_>, status: Option<StatusCode>) {
    let response = match doc.generator().style {
        DocumentStyle::Exact => ResponseDoc::empty(),
        DocumentStyle::FastApi => ResponseDoc::of("application/json", JsonSchema::any()),
    };
    doc.response(status.unwrap_or(StatusCode::OK), response);
    doc.any_status();
}

/// Answers a reply of which only `IntoResponse` is known
pub fn respond_raw(reply: impl IntoResponse, status: Option<StatusCode>) -> Response {
    raw(reply, status)
}

/// An axum response; the attribute's status stands unless the response sets one of its own
fn raw(reply: impl IntoResponse, status: Option<StatusCode>) -> Response {
    let mut response = reply.into_response();
    if let Some(status) = status
        && response.status() == StatusCode::OK
    {
        *response.status_mut() = status;
    }
    response
}
