//! `traceparent` and `tracestate` (W3C Trace Context, level 1): which trace a request belongs to.

use std::sync::Arc;

use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};

pub(super) static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
pub(super) static TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// The longest `tracestate` that is carried on, in bytes: what §3.3.1.5 asks for at least
const MAX_STATE_BYTES: usize = 512;

/// The trace that something belongs to, and the span in it that caused it; cloning it is cheap
#[derive(Clone, Debug, Default)]
pub(crate) struct TraceContext(Option<Arc<Headers>>);

#[derive(Debug)]
struct Headers {
    /// Valid
    parent: HeaderValue,
    state: Option<HeaderValue>,
}

impl TraceContext {
    /// What the caller says; nothing unless it is valid (§4.3: a broken one starts a new trace)
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut parents = headers.get_all(&TRACEPARENT).iter();
        let (Some(parent), None) = (parents.next(), parents.next()) else { return Self(None) };
        if !is_valid(parent.as_bytes()) {
            return Self(None);
        }
        let mut states = headers.get_all(&TRACESTATE).iter();
        let state = match (states.next(), states.next()) {
            (Some(state), None) if state.len() <= MAX_STATE_BYTES => state.to_str().ok().map(|_| state.clone()),
            _ => None,
        };
        Self(Some(Arc::new(Headers { parent: parent.clone(), state })))
    }

    /// What a span of our own says to those whom it calls
    #[cfg(feature = "otlp")]
    pub(super) fn of_span(parent: &str, state: &str) -> Self {
        let parent = HeaderValue::from_str(parent).ok().filter(|parent| is_valid(parent.as_bytes()));
        let state = HeaderValue::from_str(state).ok().filter(|state| !state.is_empty());
        Self(parent.map(|parent| Arc::new(Headers { parent, state })))
    }

    /// 32 hexadecimal digits
    pub(super) fn trace_id(&self) -> Option<&str> {
        self.text().and_then(|text| text.get(3..35))
    }

    /// The whole `traceparent`
    pub(super) fn text(&self) -> Option<&str> {
        self.0.as_ref().and_then(|headers| headers.parent.to_str().ok())
    }

    #[cfg(feature = "otlp")]
    pub(super) fn state(&self) -> Option<&str> {
        self.0.as_ref()?.state.as_ref()?.to_str().ok()
    }

    /// Puts it into the headers of a request to somebody else
    pub(super) fn apply(&self, headers: &mut HeaderMap) {
        let Some(known) = &self.0 else { return };
        headers.insert(&TRACEPARENT, known.parent.clone());
        if let Some(state) = &known.state {
            headers.insert(&TRACESTATE, state.clone());
        }
    }
}

/// §3.2: `version-trace_id-parent_id-flags` in lower-case hexadecimal digits, neither id all zeros; a later version may go
/// on behind another dash
fn is_valid(text: &[u8]) -> bool {
    let (Some(head), rest) = (text.get(..55), text.get(55..).unwrap_or_default()) else { return false };
    let dashes = [2, 35, 52];
    let well_formed = head.iter().enumerate().all(|(index, byte)| match dashes.contains(&index) {
        true => *byte == b'-',
        false => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    });
    let is_zero = |range: std::ops::Range<usize>| head[range].iter().all(|byte| *byte == b'0');
    let fits_version = match &head[..2] {
        b"ff" => false,
        b"00" => rest.is_empty(),
        _ => rest.first().is_none_or(|byte| *byte == b'-'),
    };
    well_formed && fits_version && !is_zero(3..35) && !is_zero(36..52)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn of(values: &[&str]) -> TraceContext {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(&TRACEPARENT, HeaderValue::from_str(value).expect("a header's value"));
        }
        headers.append(&TRACESTATE, HeaderValue::from_static("vendor=value"));
        TraceContext::of(&headers)
    }

    #[test]
    fn a_valid_parent_is_known_and_carried_on() {
        let context = of(&[VALID]);
        assert_eq!(context.trace_id(), Some("0af7651916cd43dd8448eb211c80319c"));
        let mut headers = HeaderMap::new();
        context.apply(&mut headers);
        assert_eq!(
            (&headers[&TRACEPARENT], &headers[&TRACESTATE]),
            (&VALID.parse().unwrap(), &"vendor=value".parse().unwrap())
        );
        assert!(of(&["01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"]).text().is_some());
    }

    #[test]
    fn what_the_standard_calls_invalid_is_nothing() {
        let invalid = [
            "",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more",
            "00 0af7651916cd43dd8448eb211c80319c b7ad6b7169203331 01",
        ];
        for parent in invalid {
            assert_eq!(of(&[parent]).text(), None);
        }
        assert_eq!(of(&[VALID, VALID]).text(), None, "two parents");
    }
}
