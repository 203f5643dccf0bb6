//! The text of one parameter, wherever it stands in the request.

use std::borrow::Cow;

use super::{Meta, Source, cookie, form, header, path, query};
use crate::request::RequestContext;

/// The pairs of a source, in order
pub(crate) type TextPairs<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// Some of it is no UTF-8
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotUtf8;

/// What the request has under a name
#[derive(Debug, PartialEq)]
pub(crate) enum Raw<'a> {
    /// Nothing
    Absent,
    /// Text
    Text(Cow<'a, str>),
    /// Bytes that are no UTF-8
    NotUtf8,
}

impl<'a> Raw<'a> {
    /// The last value under the name; that is the one that counts for a scalar
    pub(crate) fn last(cx: &'a RequestContext, source: Source, meta: &Meta) -> Self {
        match source {
            Source::Path => path::value(cx, meta.name),
            Source::Auto | Source::Query => query::last(cx, meta.name),
            Source::Header => header::last(cx, meta),
            Source::Cookie => cookie::last(cx, meta.name),
            Source::Form => form::last(cx, meta.name),
            Source::File | Source::Body => Self::Absent,
        }
    }
}

/// Every pair of a source, for lists and groups
pub(crate) fn all(cx: &RequestContext, source: Source) -> Result<TextPairs<'_>, NotUtf8> {
    match source {
        Source::Path => path::all(cx),
        Source::Auto | Source::Query => query::all(cx),
        Source::Header => header::all(cx),
        Source::Cookie => cookie::all(cx),
        Source::Form => form::all(cx),
        Source::File | Source::Body => Ok(Vec::new()),
    }
}
