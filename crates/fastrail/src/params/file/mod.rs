//! Files in a `multipart/form-data` body (RFC 7578): what an argument takes, and how it is read and documented.
//!
//! The body is read once, before anything else is gathered ([`multipart`]): text into memory, files into memory up to a
//! threshold and then into a temporary file that has no name ([`spool`]), so that it is gone with its last handle,
//! however the request ends.

mod form;
mod gather;
mod handle;
pub(crate) mod multipart;
mod spool;
mod upload;

pub use form::FileRules;
pub(crate) use form::{FormField, FormSpec};
pub(crate) use gather::{describe, gather, is_file};
pub(crate) use handle::in_scope;
pub(crate) use multipart::{Form, Part, PartValue};
pub use upload::{FileBytes, UploadFile};
