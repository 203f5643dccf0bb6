//! Replies: what an operation returns, on the wire and in the document.
//!
//! Everything with a schema is answered as JSON, a `String` too (as FastAPI does); text, HTML, redirects and empty
//! answers have types that say so. A status, headers and cookies go in front, in a tuple. Any axum-core response
//! works as well; it is only not documented beyond its status.

mod cookies;
mod csv;
pub(crate) mod deferred;
mod file;
mod json;
mod json_lines;
mod media;
mod outgoing;
mod parts;
mod probe;
mod produce;
mod redirect;
mod signed;
mod sse;
mod stream;
mod text;

pub use self::csv::Csv;
pub use cookies::{SameSite, SetCookie};
#[cfg(feature = "cache")]
pub(crate) use file::names_etag;
pub use file::{FileResponse, content_disposition};
pub(crate) use file::{Opened, is_absent, media_type_of, serve};
pub use json::json_response;
pub(crate) use json::keep_headers;
pub use json_lines::JsonLines;
pub use media::{Content, JsonAs, MediaType, OctetStream};
pub use outgoing::{ResponseParts, ResponsePartsKind};
pub use parts::ReplyPart;
pub use probe::{
    Answerable, Probe, RespondNever, RespondRaw, RespondRawResult, RespondTyped, describe_raw, respond_raw,
};
pub use produce::Emitter;
pub use redirect::{Location, Redirect};
pub use signed::CookieKeys;
pub(crate) use sse::{Endless, end_with};
pub use sse::{Event, Sse, SseItem};
pub use stream::{StreamingResponse, Unnamed};
pub use text::{Html, NoContent, PlainText};

pub use axum_core::response::Response;
use http::StatusCode;

use crate::error::Error;
use crate::openapi::OperationDoc;

/// What a path operation can return
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be answered",
    label = "this type is no reply",
    note = "a model: add `#[derive(Serialize, Schema)]`; text: return `PlainText` or `Html`; nothing: return `()`; any `IntoResponse` works too"
)]
pub trait Reply: Sized {
    /// The status when the attribute sets none
    const STATUS: StatusCode = StatusCode::OK;

    /// Adds the answer to the document under `status`
    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode);

    /// Builds the answer
    ///
    /// # Errors
    /// The reply's own error, or 500 when the value cannot be serialized.
    fn into_reply(self, status: StatusCode) -> Result<Response, Error>;
}

/// The error half of an operation's `Result`: a typed error, or the framework's own
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error that can be answered",
    label = "this error has no HTTP status",
    note = "add `#[derive(ApiError)]` and give each variant `#[api_error(status = …, code = \"…\")]`, or use `fastrail::Error`"
)]
pub trait ReplyError: Into<Error> {
    /// As the failure that is answered
    fn into_error(self) -> Error {
        self.into()
    }

    /// Adds its answers to the document
    fn describe_errors(doc: &mut OperationDoc<'_>);
}

impl<E: crate::error::ApiError> ReplyError for E {
    fn describe_errors(doc: &mut OperationDoc<'_>) {
        doc.errors::<E>();
    }
}

impl ReplyError for Error {
    fn describe_errors(doc: &mut OperationDoc<'_>) {
        doc.any_error();
    }
}

impl<T: Reply, E: ReplyError> Reply for Result<T, E> {
    const STATUS: StatusCode = T::STATUS;

    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        T::describe(doc, status);
        E::describe_errors(doc);
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        self.map_err(Into::into)?.into_reply(status)
    }
}
