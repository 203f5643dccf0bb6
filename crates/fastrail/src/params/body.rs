//! The JSON body: of one argument, or shared by several ([`merged`]).

use std::borrow::Cow;

use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{ArgumentSpec, Source, merged};
use crate::error::{Error, Segment, ValidationError};
use crate::openapi::{OperationDoc, ParameterDoc};
use crate::request::RequestContext;
use crate::schema::{Generator, Issue, Mode, Schema, strict, validate_json_under};

/// The media type of JSON
const MEDIA_TYPE: &str = "application/json";

/// The first step of every place in it
pub(super) const BODY: Segment = Segment::Field(Cow::Borrowed("body"));

/// What is in the body, as far as its header and length tell
enum Sent {
    /// Nothing
    Nothing,
    /// Something that is declared as JSON
    Json,
    /// Something else, which FastAPI's shape answers as a 422
    Other,
    /// Something else, which is 415
    Refused(Error),
}

/// Reads an argument from the body; `None` where that has noted an error
pub(super) fn gather<S>(cx: &mut RequestContext) -> Option<S::Value>
where
    S: ArgumentSpec,
    S::Value: Schema + DeserializeOwned,
{
    let is_merged = !cx.endpoint.merged.is_empty();
    match inspect(cx) {
        Sent::Json if is_merged => merged::read::<S>(cx),
        Sent::Json => {
            let limits = cx.app.limits.validation();
            let always = cx.endpoint.always_diagnose;
            match validate_json_under::<S::Value>(cx.body.bytes(), &[BODY], &limits, always, S::rules()) {
                Ok(value) => Some(value),
                Err(errors) => {
                    cx.invalid_all(errors);
                    None
                }
            }
        }
        Sent::Nothing => S::default().or_else(absent::<S::Value>).or_else(|| {
            if is_merged {
                return merged::missing(cx, S::meta().name);
            }
            cx.invalid_all([ValidationError::new(vec![BODY], Issue::missing(), Value::Null)]);
            None
        }),
        Sent::Other if is_merged => merged::missing(cx, S::meta().name),
        Sent::Other => {
            let message = "Input should be a valid dictionary or object to extract fields from";
            let mut diagnosis = cx.app.limits.validation().diagnosis(Mode::Json, vec![BODY]);
            // Text is echoed as FastAPI does; masked whole where the type holds a secret anywhere.
            let text = std::str::from_utf8(cx.body.bytes()).map_or(Value::Null, Value::from);
            diagnosis.report::<S::Value>(Issue::new("model_attributes_type", message), &text);
            cx.invalid_all(diagnosis.into_errors());
            None
        }
        Sent::Refused(error) => {
            cx.refuse_body(error);
            None
        }
    }
}

/// The body once more, for who must tell what was sent
pub(super) fn sent(cx: &RequestContext) -> Option<Value> {
    strict::value_from_json(cx.body.bytes(), &[BODY], &cx.app.limits.validation()).ok()
}

/// What an absent value is for a type that may be absent: `None` for an `Option`
pub(super) fn absent<T: Schema + DeserializeOwned>() -> Option<T> {
    if T::OPTIONAL { serde_json::from_value(Value::Null).ok() } else { None }
}

/// Documents an argument that is read from the body
pub(super) fn describe<S>(doc: &mut OperationDoc<'_>)
where
    S: ArgumentSpec,
    S::Value: Schema,
{
    doc.async_validators::<S::Value>();
    if Generator::lossy::<S::Value>() {
        doc.always_diagnose();
    }
    let required = !<S::Value as Schema>::OPTIONAL && S::default_json().is_none();
    let schema = <S::Value as Schema>::schema(S::rules(), doc.generator()).with_some("default", S::default_json());
    doc.body_field(ParameterDoc::new(Source::Body, S::meta(), schema, required), S::EMBED);
}

/// Looks at the body's header and length
fn inspect(cx: &RequestContext) -> Sent {
    if cx.body.bytes().is_empty() {
        return Sent::Nothing;
    }
    let declared = cx.parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if is_json(declared) || declared.is_empty() && !cx.app.strict_content_type {
        return Sent::Json;
    }
    let status = cx.endpoint.errors.format().wrong_media_type();
    if status == http::StatusCode::UNPROCESSABLE_ENTITY {
        return Sent::Other;
    }
    Sent::Refused(
        Error::new(status.as_u16(), "The body must be JSON: send `Content-Type: application/json`")
            .with_code("unsupported_media_type"),
    )
}

/// `application/json` or any `application/…+json` (RFC 6839 §3.1), whatever its parameters
fn is_json(declared: &str) -> bool {
    let essence = declared.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(MEDIA_TYPE) {
        return true;
    }
    let Some((kind, subtype)) = essence.split_once('/') else { return false };
    let suffix = subtype.rsplit_once('+').map(|(_, suffix)| suffix);
    kind.eq_ignore_ascii_case("application") && suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case("json"))
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn json_is_told_from_what_merely_looks_like_it() {
        for yes in ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"] {
            assert!(is_json(yes), "{yes}");
        }
        for no in [
            "",
            "text/plain",
            "text/json",
            "application/jsonp",
            "application/x-www-form-urlencoded",
            "application/xml+jsons",
        ] {
            assert!(!is_json(no), "{no}");
        }
    }
}
