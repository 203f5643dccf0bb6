//! Where a request with a cookie comes from: browsers send cookies along with what other sites ask for, and say so.

use fastrail::params::{Argument, RequestPart, RequestPartKind};
use fastrail::request::RequestContext;
use http::header::ORIGIN;

/// The `Origin` of a request that may change something (RFC 6454), and whether that is this host
#[derive(Clone, Debug)]
pub struct RequestOrigin {
    is_safe: bool,
    is_same_host: bool,
    origin: Option<String>,
}

impl RequestOrigin {
    /// Whether a cookie may be believed: the request changes nothing, or comes from a page of this host or of one of
    /// these origins. One that does not say where it comes from is not believed.
    pub fn is_trusted(&self, allowed: &[String]) -> bool {
        self.is_safe || self.is_same_host || self.origin.as_ref().is_some_and(|origin| allowed.contains(origin))
    }

    /// Whether a page of another site asks; a program, which has no page, does not.
    pub fn is_foreign(&self, allowed: &[String]) -> bool {
        self.origin.is_some() && !self.is_trusted(allowed)
    }
}

impl RequestPart for RequestOrigin {
    fn of(cx: &RequestContext) -> Self {
        let info = cx.info();
        if info.method().is_safe() {
            return Self { is_safe: true, is_same_host: false, origin: None };
        }
        let origin = info.headers().get(ORIGIN).and_then(|value| value.to_str().ok());
        // The scheme is left out: TLS ends before this server, and the cookie comes by HTTPS alone.
        let asked_by = origin.and_then(|origin| origin.strip_prefix("https://").or(origin.strip_prefix("http://")));
        let is_same_host =
            matches!((asked_by, info.host()), (Some(page), Some(host)) if page.eq_ignore_ascii_case(host));
        Self { is_safe: false, is_same_host, origin: origin.map(str::to_owned) }
    }
}

impl Argument for RequestOrigin {
    type Kind = RequestPartKind;
}
