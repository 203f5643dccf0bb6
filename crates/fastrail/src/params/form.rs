//! Form fields: an `application/x-www-form-urlencoded` body. As in HTML, an empty field counts as absent.

use http::header::CONTENT_TYPE;

use super::{NotUtf8, Raw, TextPairs, urlencoded};
use crate::request::RequestContext;

/// The media type that the document names
pub(crate) const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

pub(crate) fn last<'a>(cx: &'a RequestContext, name: &str) -> Raw<'a> {
    match text(cx) {
        Err(NotUtf8) => Raw::NotUtf8,
        Ok(text) => match urlencoded::last(text, name) {
            Raw::Text(value) if value.is_empty() => Raw::Absent,
            other => other,
        },
    }
}

pub(crate) fn all(cx: &RequestContext) -> Result<TextPairs<'_>, NotUtf8> {
    let mut pairs = urlencoded::pairs(text(cx)?)?;
    pairs.retain(|(_, value)| !value.is_empty());
    Ok(pairs)
}

/// The form's text; empty when the body is no form, so that required fields are missing
fn text(cx: &RequestContext) -> Result<&str, NotUtf8> {
    if !is_form(cx) {
        return Ok("");
    }
    std::str::from_utf8(cx.body.bytes()).map_err(|_| NotUtf8)
}

fn is_form(cx: &RequestContext) -> bool {
    let declared = cx.parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(MEDIA_TYPE)
}
