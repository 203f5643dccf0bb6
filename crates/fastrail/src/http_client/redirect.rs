//! Where a redirect leads, and what may go along.

use http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderName, LOCATION};
use http::{HeaderMap, Method, StatusCode};
use url::Url;

/// What is sent to another origin than the one that it was written for
const HARMLESS: [HeaderName; 3] = [ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE];

/// A call as it goes out
#[derive(Clone)]
pub(super) struct Hop {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<bytes::Bytes>,
}

impl Hop {
    /// The call that this answer asks for; none where it asks for nothing, or for something that cannot be followed
    pub(super) fn next(&self, status: StatusCode, answer: &HeaderMap) -> Option<Self> {
        // RFC 9110 §15.4: 300, 304, 305 and 306 are no orders.
        if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        let url = self.url.join(answer.get(LOCATION)?.to_str().ok()?).ok()?;
        if self.url.scheme() == "https" && url.scheme() != "https" {
            return None;
        }
        let mut next = self.clone();
        let is_see_other = status == StatusCode::SEE_OTHER && !matches!(self.method, Method::GET | Method::HEAD);
        let was_post = matches!(status.as_u16(), 301 | 302) && self.method == Method::POST;
        if is_see_other || was_post {
            next.method = Method::GET;
            next.body = None;
            next.headers.remove(CONTENT_TYPE);
        }
        if url.origin() != self.url.origin() {
            next.headers = HARMLESS
                .iter()
                .filter_map(|name| next.headers.get(name).map(|value| (name.clone(), value.clone())))
                .collect();
        }
        next.url = url;
        Some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(method: Method, url: &str) -> Hop {
        let headers =
            [("authorization", "Bearer x"), ("x-api-key", "x"), ("accept", "text/plain"), ("content-type", "a/b")];
        let headers = headers.map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")));
        Hop {
            method,
            url: Url::parse(url).expect("a URL"),
            headers: headers.into_iter().collect(),
            body: Some("x".into()),
        }
    }

    fn next(hop: &Hop, status: u16, location: &str) -> Option<Hop> {
        let answer = HeaderMap::from_iter([(LOCATION, location.parse().expect("a value"))]);
        hop.next(StatusCode::from_u16(status).expect("a status"), &answer)
    }

    #[test]
    fn methods_and_bodies_go_along_as_the_standard_says() {
        for (method, status, wanted) in [
            (Method::POST, 301, Method::GET),
            (Method::POST, 302, Method::GET),
            (Method::POST, 303, Method::GET),
            (Method::PUT, 303, Method::GET),
            (Method::HEAD, 303, Method::HEAD),
            (Method::PUT, 302, Method::PUT),
            (Method::POST, 307, Method::POST),
            (Method::POST, 308, Method::POST),
        ] {
            let hop = next(&hop(method, "https://a.example/x/y"), status, "../z").expect("a redirect");
            assert_eq!((hop.url.as_str(), &hop.method), ("https://a.example/z", &wanted));
            assert_eq!(hop.body.is_some(), wanted != Method::GET);
            assert!(hop.headers.contains_key("x-api-key"));
        }
    }

    #[test]
    fn what_was_meant_for_one_origin_does_not_reach_another() {
        for other in ["https://b.example/", "https://a.example:444/", "//b.example/"] {
            let hop = next(&hop(Method::POST, "https://a.example/"), 307, other).expect("a redirect");
            let names: Vec<&str> = hop.headers.keys().map(HeaderName::as_str).collect();
            assert_eq!(names, ["accept", "content-type"], "{other}");
        }
        assert!(next(&hop(Method::GET, "https://a.example/"), 302, "http://a.example/").is_none());
        for status in [200, 300, 304, 305] {
            assert!(next(&hop(Method::GET, "https://a.example/"), status, "/").is_none());
        }
    }
}
