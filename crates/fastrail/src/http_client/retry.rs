//! Whether a call is tried again, and after which pause.

use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use http::{HeaderMap, Method, StatusCode};

use crate::request::next_random;

/// The longest pause before the second try; it doubles with each
const FIRST: Duration = Duration::from_millis(100);

/// The longest pause of all
const LONGEST: Duration = Duration::from_secs(5);

/// Methods that mean the same once and several times (RFC 9110 §9.2.2)
pub(super) fn is_idempotent(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE | Method::PUT | Method::DELETE)
}

/// Whether an answer says that another try may bring something
pub(super) fn is_passing(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

/// Whether an answer counts as a failure of its host
pub(super) fn is_failure(status: StatusCode) -> bool {
    status == StatusCode::INTERNAL_SERVER_ERROR || (is_passing(status) && status != StatusCode::TOO_MANY_REQUESTS)
}

/// The pause after so many tries, by chance, so that those who have failed together do not come back together
pub(super) fn pause(tries: u32) -> Duration {
    let longest = FIRST.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(LONGEST);
    longest.mul_f64(next_random() as f64 / u64::MAX as f64)
}

/// What `Retry-After` asks for, in seconds or as a date (RFC 9110 §10.2.3)
pub(super) fn asked_for(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    #[allow(clippy::disallowed_methods, reason = "the date is another server's, and not of the app's clock")]
    let now = SystemTime::now();
    Some(httpdate::parse_http_date(value).ok()?.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_are_never_the_same() {
        for tries in 1..100 {
            let longest = FIRST.saturating_mul(1 << (tries - 1_u32).min(16)).min(LONGEST);
            assert!((0..100).all(|_| pause(tries) <= longest));
        }
        assert!((0..100).any(|_| pause(3) > FIRST * 2) && (0..100).any(|_| pause(3) < FIRST * 2));
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let asked = |value: &str| asked_for(&HeaderMap::from_iter([(RETRY_AFTER, value.parse().expect("a value"))]));
        assert_eq!(asked("7"), Some(Duration::from_secs(7)));
        assert_eq!(asked("Thu, 01 Jan 1970 00:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(asked("soon"), None);
        assert_eq!(asked("-1"), None);
    }
}
