//! Preconditions, in the order of RFC 9110 §13.2.2.

use std::time::{Duration, SystemTime};

use http::header::{IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE};
use http::{HeaderMap, HeaderName, Method};

use super::serve::Facts;

/// What a request's preconditions come to
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precondition {
    Met,
    /// 412
    Failed,
    /// 304
    NotModified,
}

pub(super) fn check(method: &Method, request: &HeaderMap, facts: &Facts) -> Precondition {
    if request.contains_key(IF_MATCH) {
        if !names_etag(request, &IF_MATCH, tag(facts), false) {
            return Precondition::Failed;
        }
    } else if let Some(date) = date(request, &IF_UNMODIFIED_SINCE)
        && modified_seconds(facts).is_some_and(|modified| modified > seconds(date))
    {
        return Precondition::Failed;
    }
    let is_read = method == Method::GET || method == Method::HEAD;
    if request.contains_key(IF_NONE_MATCH) {
        if names_etag(request, &IF_NONE_MATCH, tag(facts), true) {
            return if is_read { Precondition::NotModified } else { Precondition::Failed };
        }
    } else if is_read
        && let Some(date) = date(request, &IF_MODIFIED_SINCE)
        && modified_seconds(facts).is_some_and(|modified| modified <= seconds(date))
    {
        return Precondition::NotModified;
    }
    Precondition::Met
}

/// Whether the request's `Range` counts: without `If-Range`, or when that names this very version (§13.1.5)
pub(super) fn range_counts(request: &HeaderMap, facts: &Facts) -> bool {
    let Some(value) = request.get(IF_RANGE) else { return true };
    if value.as_bytes().starts_with(b"\"") || value.as_bytes().starts_with(b"W/") {
        return value == facts.etag; // a weak one never counts
    }
    let Some(modified) = facts.modified else { return false };
    // A date is a strong validator only when the file has rested since (§8.8.2.2).
    #[allow(clippy::disallowed_methods, reason = "files are dated by the system's clock, not by the app's")]
    let now = SystemTime::now();
    let rested = now.duration_since(modified).is_ok_and(|since| since >= Duration::from_secs(1));
    let same = value.to_str().ok().and_then(|text| httpdate::parse_http_date(text).ok()).map(seconds);
    rested && same == Some(seconds(modified))
}

/// Whether one of the listed tags is this one; `weakly`: `W/` does not matter
pub(crate) fn names_etag(request: &HeaderMap, name: &HeaderName, etag: &str, weakly: bool) -> bool {
    let values = request.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).any(|tag| {
        let tag = if weakly { tag.strip_prefix("W/").unwrap_or(tag) } else { tag };
        tag == "*" || tag == etag
    })
}

fn tag(facts: &Facts) -> &str {
    facts.etag.to_str().unwrap_or_default()
}

fn date(request: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(request.get(name)?.to_str().ok()?).ok()
}

/// Whole seconds, which is all that a date in a header has
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn modified_seconds(facts: &Facts) -> Option<u64> {
    facts.modified.map(seconds)
}
