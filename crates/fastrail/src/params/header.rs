//! Header parameters. An argument's `_` is a `-` on the wire; names know no case.

use std::borrow::Cow;

use http::HeaderValue;

use super::{Meta, NotUtf8, Raw, TextPairs};
use crate::request::RequestContext;

pub(crate) fn last<'a>(cx: &'a RequestContext, meta: &Meta) -> Raw<'a> {
    let Some(name) = &meta.header else { return Raw::Absent };
    match cx.parts.headers.get_all(name).iter().next_back() {
        None => Raw::Absent,
        Some(value) => text(value).map_or(Raw::NotUtf8, |text| Raw::Text(Cow::Borrowed(text))),
    }
}

pub(crate) fn all(cx: &RequestContext) -> Result<TextPairs<'_>, NotUtf8> {
    let pair = |(name, value)| {
        let name: &http::HeaderName = name;
        Ok((Cow::Borrowed(name.as_str()), Cow::Borrowed(text(value)?)))
    };
    cx.parts.headers.iter().map(pair).collect()
}

fn text(value: &HeaderValue) -> Result<&str, NotUtf8> {
    std::str::from_utf8(value.as_bytes()).map_err(|_| NotUtf8)
}
