//! Only requests for the app's own hosts.

use http::header::HOST;

use super::{Middleware, Next, Pipeline};
use crate::error::Error;
use crate::request::Body;

/// Answers 400 to a request whose `Host` is not listed, so that links and redirects made of it cannot lead elsewhere
/// (OWASP: host header injection)
///
/// ```
/// use fastrail::prelude::*;
///
/// let app = App::new("Shop", "1.0.0").middleware(TrustedHosts::allow(["shop.example", "*.shop.example"]));
/// ```
///
/// `*.shop.example` is every name below, not `shop.example` itself; `*` is every host. Ports and case do not count.
#[derive(Clone, Debug)]
pub struct TrustedHosts {
    hosts: Vec<String>,
}

impl TrustedHosts {
    /// The hosts that this app is
    pub fn allow<H: Into<String>>(hosts: impl IntoIterator<Item = H>) -> Self {
        Self { hosts: hosts.into_iter().map(|host| host.into().to_ascii_lowercase()).collect() }
    }

    fn trusts(&self, host: &str) -> bool {
        let host = without_port(host).to_ascii_lowercase();
        self.hosts.iter().any(|trusted| match trusted.strip_prefix('*') {
            Some("") => true,
            Some(below) => host.len() > below.len() && host.ends_with(below),
            None => host == *trusted,
        })
    }
}

impl Middleware for TrustedHosts {
    fn install(self, pipeline: &mut Pipeline) {
        let odd = |host: &&String| {
            let name = host.strip_prefix("*.").unwrap_or(host);
            host.as_str() != "*" && (name.is_empty() || name.contains(['*', '/', ' ']))
        };
        if let Some(host) = self.hosts.iter().find(odd) {
            pipeline
                .refuse(format!("TrustedHosts: `{host}` is no host; write `shop.example`, `*.shop.example` or `*`"));
        }
        pipeline.around(move |request: http::Request<Body>, next: Next| {
            let trusted = host_of(&request).is_some_and(|host| self.trusts(host));
            async move {
                match trusted {
                    true => Ok(next.run(request).await),
                    false => Err(Error::new(400, "Invalid host header").with_code("host_not_trusted")),
                }
            }
        });
    }
}

/// The host that a request is for: HTTP/1.1's header, HTTP/2's `:authority`
pub(super) fn host_of(request: &http::Request<Body>) -> Option<&str> {
    let header = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| request.uri().authority().map(http::uri::Authority::as_str))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_matched_whole() {
        let hosts = TrustedHosts::allow(["Shop.example", "*.api.example", "[::1]"]);
        for (host, expected) in [
            ("shop.example", true),
            ("SHOP.example:8000", true),
            ("shop.example.evil", false),
            ("evilshop.example", false),
            ("v1.api.example", true),
            ("a.b.api.example:443", true),
            ("api.example", false),
            (".api.example", false),
            ("evil-api.example", false),
            ("[::1]:80", true),
            ("[::1]", true),
            ("", false),
        ] {
            assert_eq!(hosts.trusts(host), expected, "{host}");
        }
        assert!(TrustedHosts::allow(["*"]).trusts("anything"));
    }
}
