//! Whom a request is for: its target and its `Host` must not contradict each other.

use http::Uri;
use http::header::HOST;
use http::request::Parts;

/// Whether the target names another host than the header `Host`
///
/// RFC 9112 §3.2.2 lets a server take the target's; a proxy before it may have taken the header's. RFC 9113 §8.3.1: a
/// `Host` beside `:authority` must be the same.
pub(crate) fn is_contradictory(request: &Parts) -> bool {
    let Some(authority) = request.uri.authority() else { return false };
    let mut hosts = request.headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return request.headers.contains_key(HOST);
    };
    let scheme = request.uri.scheme_str().unwrap_or("http");
    let theirs = std::str::from_utf8(host.as_bytes()).ok().and_then(|host| host.parse::<http::uri::Authority>().ok());
    theirs.is_none_or(|theirs| normal(&theirs, scheme) != normal(authority, scheme))
}

/// The host in lower case and the port that is meant
fn normal(authority: &http::uri::Authority, scheme: &str) -> (String, u16) {
    let default = if scheme.eq_ignore_ascii_case("https") { 443 } else { 80 };
    (authority.host().to_ascii_lowercase(), authority.port_u16().unwrap_or(default))
}

/// The host that a request is for: the target's, else the header's
pub(crate) fn host<'r>(uri: &'r Uri, headers: &'r http::HeaderMap) -> Option<&'r str> {
    uri.authority().map(http::uri::Authority::as_str).or_else(|| headers.get(HOST)?.to_str().ok())
}
