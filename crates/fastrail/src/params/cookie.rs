//! Cookie parameters (RFC 6265 §5.4: pairs divided by `; `).

use std::borrow::Cow;

use http::HeaderMap;
use http::header::COOKIE;

use super::{NotUtf8, Raw, TextPairs};
use crate::request::RequestContext;

pub(crate) fn last<'a>(cx: &'a RequestContext, name: &str) -> Raw<'a> {
    of_headers(&cx.parts.headers, name)
}

/// The last cookie of a name
pub(crate) fn of_headers<'a>(headers: &'a HeaderMap, name: &str) -> Raw<'a> {
    match pairs(headers).filter(|(key, _)| *key == name.as_bytes()).last() {
        None => Raw::Absent,
        Some((_, value)) => text(value).map_or(Raw::NotUtf8, |value| Raw::Text(Cow::Borrowed(value))),
    }
}

/// Every cookie that is text: one that is not was set by somebody else
pub(crate) fn all(cx: &RequestContext) -> Result<TextPairs<'_>, NotUtf8> {
    let text = |(name, value)| Some((Cow::Borrowed(text(name)?), Cow::Borrowed(text(value)?)));
    Ok(pairs(&cx.parts.headers).filter_map(text).collect())
}

/// The pairs of all `Cookie` headers as bytes, since a browser sends whatever any page has set
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    let pairs = headers.get_all(COOKIE).into_iter().flat_map(|header| header.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=')?;
        Some((pair[..at].trim_ascii(), unquote(pair[at + 1..].trim_ascii())))
    })
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn unquote(value: &[u8]) -> &[u8] {
    value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value)
}
