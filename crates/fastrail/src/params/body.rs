//! The JSON body.

use http::header::CONTENT_TYPE;

use crate::error::{Error, Failure};
use crate::request::RequestContext;

/// The media type that the document names
pub(crate) const MEDIA_TYPE: &str = "application/json";

/// What is in the body, as far as its header and length tell
pub(crate) enum JsonBody {
    /// Nothing was sent
    Absent,
    /// Something that is declared as JSON
    Json,
    /// Something else, which FastAPI's shape answers as a 422
    Other,
}

/// Looks at the body's header and length
///
/// # Errors
/// 415 when the body is not declared as JSON and the app's error format says so.
pub(crate) fn inspect(cx: &RequestContext) -> Result<JsonBody, Failure> {
    if cx.body.bytes().is_empty() {
        return Ok(JsonBody::Absent);
    }
    let declared = cx.parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if is_json(declared) {
        return Ok(JsonBody::Json);
    }
    let status = cx.endpoint.errors.format().wrong_media_type();
    if status == http::StatusCode::UNPROCESSABLE_ENTITY {
        return Ok(JsonBody::Other);
    }
    Err(Failure::Error(
        Error::new(status.as_u16(), "The body must be JSON: send `Content-Type: application/json`")
            .with_code("unsupported_media_type"),
    ))
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
