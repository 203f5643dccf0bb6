//! Path parameters: the placeholders of the route's template, percent-decoded.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::{NotUtf8, Raw, TextPairs};
use crate::request::RequestContext;

pub(crate) fn value<'a>(cx: &'a RequestContext, name: &str) -> Raw<'a> {
    match cx.path_value(name) {
        None => Raw::Absent,
        Some(raw) => percent_decode_str(raw).decode_utf8().map_or(Raw::NotUtf8, Raw::Text),
    }
}

pub(crate) fn all(cx: &RequestContext) -> Result<TextPairs<'_>, NotUtf8> {
    cx.endpoint
        .parameters
        .iter()
        .filter_map(|name| match value(cx, name) {
            Raw::Text(text) => Some(Ok((Cow::Borrowed(name.as_str()), text))),
            Raw::NotUtf8 => Some(Err(NotUtf8)),
            Raw::Absent => None,
        })
        .collect()
}
