//! What a client accepts: `Accept` and `Accept-Encoding` (RFC 9110 §12.5).

use http::HeaderMap;
use http::header::{ACCEPT, ACCEPT_ENCODING, HeaderName};

/// Whether the client names this encoding and does not refuse it; a `*` is not enough
pub(super) fn prefers(headers: &HeaderMap, encoding: &str) -> bool {
    entries(headers, &ACCEPT_ENCODING).any(|(name, quality)| name.eq_ignore_ascii_case(encoding) && quality > 0.0)
}

/// Whether a browser navigates: it names HTML; a script that fetches data says `*/*`
pub(super) fn is_navigation(headers: &HeaderMap) -> bool {
    let is_html =
        |name: &str| name.eq_ignore_ascii_case("text/html") || name.eq_ignore_ascii_case("application/xhtml+xml");
    entries(headers, &ACCEPT).any(|(name, quality)| is_html(name) && quality > 0.0)
}

/// The entries of a list header with their weight; a weight that is none is 1
fn entries<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = (&'h str, f32)> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        (name, weight.and_then(|weight| weight.parse().ok()).unwrap_or(1.0))
    })
}
