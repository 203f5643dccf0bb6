//! Form fields, from an `application/x-www-form-urlencoded` or a `multipart/form-data` body. As in HTML, an empty field
//! counts as absent. Of a repeated one the last counts, as in FastAPI, unless the argument is a list.

use std::borrow::Cow;

use http::header::CONTENT_TYPE;

use super::file::{Form, PartValue};
use super::{NotUtf8, Raw, TextPairs, urlencoded};
use crate::request::RequestContext;

/// The media type of a form without files
pub(crate) const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

pub(crate) fn last<'a>(cx: &'a RequestContext, name: &str) -> Raw<'a> {
    if cx.body.form().is_some() {
        return match cx.body.parts(name).last().map(|part| &part.value) {
            Some(PartValue::Text(text)) if !text.is_empty() => Raw::Text(Cow::Borrowed(text)),
            Some(PartValue::NotUtf8) => Raw::NotUtf8,
            _ => Raw::Absent,
        };
    }
    match text(cx) {
        Err(NotUtf8) => Raw::NotUtf8,
        Ok(text) => match urlencoded::last(text, name) {
            Raw::Text(value) if value.is_empty() => Raw::Absent,
            other => other,
        },
    }
}

pub(crate) fn all(cx: &RequestContext) -> Result<TextPairs<'_>, NotUtf8> {
    if let Some(form) = cx.body.form() {
        return all_parts(form);
    }
    let mut pairs = urlencoded::pairs(text(cx)?, cx.app.limits.max_parameters)?;
    pairs.retain(|(_, value)| !value.is_empty());
    Ok(pairs)
}

/// The parts as text, where a handle stands for a file
fn all_parts(form: &Form) -> Result<TextPairs<'_>, NotUtf8> {
    let mut pairs = TextPairs::new();
    for part in &form.parts {
        let text = match &part.value {
            PartValue::Text(text) => text.as_str(),
            PartValue::File(file) => file.handle(),
            PartValue::WrongType => "a file", // for a field that no model has; the others have been noted
            PartValue::NotUtf8 => return Err(NotUtf8),
        };
        if !text.is_empty() {
            pairs.push((Cow::Borrowed(part.name.as_str()), Cow::Borrowed(text)));
        }
    }
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
