//! Query parameters.

use super::{NotUtf8, Raw, TextPairs, urlencoded};
use crate::request::RequestContext;

pub(crate) fn last<'a>(cx: &'a RequestContext, name: &str) -> Raw<'a> {
    match cx.parts.uri.query() {
        Some(query) => urlencoded::last(query, name),
        None => Raw::Absent,
    }
}

pub(crate) fn all(cx: &RequestContext) -> Result<TextPairs<'_>, NotUtf8> {
    urlencoded::pairs(cx.parts.uri.query().unwrap_or_default(), cx.app.limits.max_parameters)
}
