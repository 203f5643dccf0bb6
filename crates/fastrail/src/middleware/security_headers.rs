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
#[derive(Clone, Debug)]
pub struct SecurityHeaders {
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Default for SecurityHeaders {
    fn default() -> Self {
        Self::new()
    }
}

impl SecurityHeaders {
    /// The headers for an API
    pub fn new() -> Self {
        Self {
            headers: vec![
                (CACHE_CONTROL, HeaderValue::from_static("no-store")),
                (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
                (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
                (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
                (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            ],
        }
    }

    /// Adds `Strict-Transport-Security` for two years, for an API that is only reached by TLS
    #[must_use]
    pub fn behind_tls(mut self) -> Self {
        let value = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        self.headers.push((STRICT_TRANSPORT_SECURITY, value));
        self
    }

    #[inline(never)]
    pub(crate) fn apply(&self, headers: &mut HeaderMap) {
        // An answer has hardly a header of its own: they are looked through once, in place of a search for each of ours.
        let own = headers.keys().fold(0_u32, |own, name| {
            let place = self.headers.iter().position(|(ours, _)| ours == name);
            place.map_or(own, |place| own | 1 << place)
        });
        headers.reserve(self.headers.len());
        for (place, (name, value)) in self.headers.iter().enumerate() {
            if own & 1 << place == 0 {
                headers.insert(name, value.clone());
            }
        }
    }
}

impl Middleware for SecurityHeaders {
    fn install(self, pipeline: &mut Pipeline) {
        pipeline.outermost.security_headers = Some(self);
    }
}
