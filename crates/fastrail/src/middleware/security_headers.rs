//! Headers that keep browsers from misusing an API's answers.

use http::HeaderMap;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use super::{Middleware, Pipeline};

/// Security headers on every answer, unless the answer has its own (OWASP REST Security Cheat Sheet)
///
/// `Cache-Control: no-store`, `X-Content-Type-Options: nosniff`, `X-Frame-Options: DENY`,
/// `Content-Security-Policy: default-src 'none'; frame-ancestors 'none'`, `Referrer-Policy: no-referrer`; with
/// [`behind_tls`](Self::behind_tls) also HSTS. No `X-XSS-Protection`: it is retired.
#[derive(Clone, Copy, Debug, Default)]
pub struct SecurityHeaders {
    behind_tls: bool,
}

/// Ours; an answer's own header of that name counts
static NAMES: [HeaderName; 6] = [
    CACHE_CONTROL,
    X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
    CONTENT_SECURITY_POLICY,
    REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY,
];

impl SecurityHeaders {
    /// The headers for an API
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `Strict-Transport-Security` for two years, for an API that is only reached by TLS
    #[must_use]
    pub fn behind_tls(mut self) -> Self {
        self.behind_tls = true;
        self
    }

    #[inline(never)]
    pub(crate) fn apply(self, headers: &mut HeaderMap) {
        // An answer has hardly a header of its own: they are looked through once, in place of a search for each of ours.
        let own = headers.keys().fold([false; NAMES.len()], |mut own, name| {
            own.iter_mut().zip(&NAMES).for_each(|(own, ours)| *own |= name == ours);
            own
        });
        headers.reserve(NAMES.len());
        let mut add = |place: usize, name: HeaderName, value: HeaderValue| {
            if !own[place] {
                headers.insert(name, value);
            }
        };
        add(0, CACHE_CONTROL, const { HeaderValue::from_static("no-store") });
        add(1, X_CONTENT_TYPE_OPTIONS, const { HeaderValue::from_static("nosniff") });
        add(2, X_FRAME_OPTIONS, const { HeaderValue::from_static("DENY") });
        add(
            3,
            CONTENT_SECURITY_POLICY,
            const { HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'") },
        );
        add(4, REFERRER_POLICY, const { HeaderValue::from_static("no-referrer") });
        if self.behind_tls {
            add(
                5,
                STRICT_TRANSPORT_SECURITY,
                const { HeaderValue::from_static("max-age=63072000; includeSubDomains") },
            );
        }
    }
}

impl Middleware for SecurityHeaders {
    fn install(self, pipeline: &mut Pipeline) {
        pipeline.outermost.security_headers = Some(self);
    }
}
