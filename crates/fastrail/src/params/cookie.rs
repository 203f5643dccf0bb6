//! Cookie parameters (RFC 6265 §5.4: pairs divided by `; `).

use std::borrow::Cow;

use http::header::COOKIE;

use super::{NotUtf8, Raw, TextPairs};
use crate::request::RequestContext;

pub(crate) fn last<'a>(cx: &'a RequestContext, name: &str) -> Raw<'a> {
    match all(cx) {
        Err(NotUtf8) => Raw::NotUtf8,
        Ok(pairs) => {
            pairs.into_iter().rev().find(|(key, _)| key == name).map_or(Raw::Absent, |(_, value)| Raw::Text(value))
        }
    }
}

pub(crate) fn all(cx: &RequestContext) -> Result<TextPairs<'_>, NotUtf8> {
    let mut pairs = Vec::new();
    for header in cx.parts.headers.get_all(COOKIE) {
        let text = std::str::from_utf8(header.as_bytes()).map_err(|_| NotUtf8)?;
        for pair in text.split(';') {
            let Some((name, value)) = pair.trim().split_once('=') else { continue };
            pairs.push((Cow::Borrowed(name.trim()), Cow::Borrowed(unquote(value.trim()))));
        }
    }
    Ok(pairs)
}

fn unquote(value: &str) -> &str {
    value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
}
