//! Trusted proxies: what they say of a request counts, and what anybody else says does not.
//!
//! The client's address is the right-most one that is no trusted proxy's. What stands left of it was written by the
//! client, who may write anything. `Forwarded` (RFC 7239) goes before `X-Forwarded-*`: a proxy that sets it is newer, and
//! of the two only the one that the proxy sets can be believed, so strip the other there.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

use http::HeaderMap;
use http::header::FORWARDED;
use ipnet::IpNet;

use super::Peer;

/// The most hops that are looked at: nobody has more proxies
const MAX_HOPS: usize = 32;

/// The proxies in front of an app, by address or network; by default none
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    networks: Arc<[IpNet]>,
    unix: bool,
}

impl TrustedProxies {
    /// Reads addresses (`10.0.0.1`), networks (`10.0.0.0/8`, `fd00::/8`) and `unix`: whoever connects to a Unix socket
    ///
    /// # Errors
    /// A sentence that names what is none of these, or a network with bits beyond its mask.
    ///
    /// ```
    /// use fastrail::TrustedProxies;
    ///
    /// assert!(TrustedProxies::parse(["10.0.0.0/8", "unix"]).is_ok());
    /// assert!(TrustedProxies::parse(["everybody"]).is_err());
    /// ```
    pub fn parse<'a>(proxies: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let (mut networks, mut unix) = (Vec::new(), false);
        for proxy in proxies {
            if proxy == "unix" {
                unix = true;
                continue;
            }
            let network = proxy.parse::<IpAddr>().map(IpNet::from).or_else(|_| proxy.parse::<IpNet>());
            match network {
                Ok(network) if network.trunc() == network => networks.push(network),
                Ok(network) => {
                    return Err(format!("`{proxy}` has bits beyond its mask: did you mean `{}`?", network.trunc()));
                }
                Err(_) => {
                    return Err(format!("`{proxy}` is no address (10.0.0.1), no network (10.0.0.0/8), and not `unix`"));
                }
            }
        }
        Ok(Self { networks: networks.into(), unix })
    }

    /// No proxy at all
    pub(crate) fn none() -> &'static Self {
        static NONE: LazyLock<TrustedProxies> = LazyLock::new(TrustedProxies::default);
        &NONE
    }

    /// Whether what this peer says of a request counts
    pub(crate) fn trusts(&self, peer: &Peer) -> bool {
        if peer.is_local() { self.unix } else { peer.ip().is_some_and(|ip| self.contains(ip)) }
    }

    fn contains(&self, ip: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&ip))
    }

    /// Who sent the request, and how, as far as it can be believed
    pub(crate) fn origin<'h>(&self, peer: &Peer, headers: &'h HeaderMap) -> Origin<'h> {
        if !self.trusts(peer) {
            return Origin { address: peer.ip(), ..Origin::default() };
        }
        let mut origin =
            if headers.contains_key(FORWARDED) { self.forwarded(headers) } else { self.x_forwarded(headers) };
        origin.address = origin.address.or(peer.ip());
        origin.prefix = right_most(headers, "x-forwarded-prefix").filter(|prefix| is_prefix(prefix));
        origin
    }

    /// RFC 7239: elements from the right, as long as they are trusted proxies'
    fn forwarded<'h>(&self, headers: &'h HeaderMap) -> Origin<'h> {
        let mut origin = Origin::default();
        for element in from_the_right(headers, "forwarded").take(MAX_HOPS) {
            let mut address = None;
            for (name, value) in element.split(';').filter_map(|pair| pair.split_once('=')) {
                let value = value.trim().trim_matches('"');
                match name.trim().to_ascii_lowercase().as_str() {
                    "for" => address = parse_hop(value),
                    "proto" => origin.scheme = scheme(value).or(origin.scheme),
                    "host" => origin.host = Some(value).filter(|host| is_host(host)).or(origin.host),
                    _ => {}
                }
            }
            let Some(address) = address else { return origin };
            origin.address = Some(address);
            if !self.contains(address) {
                return origin;
            }
        }
        origin
    }

    fn x_forwarded<'h>(&self, headers: &'h HeaderMap) -> Origin<'h> {
        let mut origin = Origin {
            scheme: right_most(headers, "x-forwarded-proto").and_then(scheme),
            host: right_most(headers, "x-forwarded-host").filter(|host| is_host(host)),
            ..Origin::default()
        };
        for hop in from_the_right(headers, "x-forwarded-for").take(MAX_HOPS) {
            let Some(address) = parse_hop(hop) else { return origin };
            origin.address = Some(address);
            if !self.contains(address) {
                return origin;
            }
        }
        origin
    }
}

/// What is known of a request's sender
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin<'h> {
    pub(crate) address: Option<IpAddr>,
    pub(crate) scheme: Option<&'static str>,
    pub(crate) host: Option<&'h str>,
    pub(crate) prefix: Option<&'h str>,
}

/// The elements of a list, over all lines of its header, the last one first
fn from_the_right<'h>(headers: &'h HeaderMap, name: &'static str) -> impl Iterator<Item = &'h str> {
    let lines = headers.get_all(name).iter().rev().map_while(|line| line.to_str().ok());
    lines.flat_map(|line| line.rsplit(',')).map(str::trim)
}

fn right_most<'h>(headers: &'h HeaderMap, name: &'static str) -> Option<&'h str> {
    from_the_right(headers, name).next().filter(|value| !value.is_empty())
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`; nothing for `unknown` and `_names`
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let ip = IpAddr::from_str(hop).or_else(|_| SocketAddr::from_str(hop).map(|address| address.ip()));
    let ip =
        ip.or_else(|_| IpAddr::from_str(hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or("")));
    ip.ok().map(|ip| ip.to_canonical())
}

fn scheme(value: &str) -> Option<&'static str> {
    ["https", "http"].into_iter().find(|scheme| value.eq_ignore_ascii_case(scheme))
}

fn is_host(host: &str) -> bool {
    host.parse::<http::uri::Authority>().is_ok_and(|authority| !authority.as_str().contains('@'))
}

/// A path that is nothing else: no scheme, no host, nothing that a page could take for markup
fn is_prefix(prefix: &str) -> bool {
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~');
    prefix.starts_with('/') && !prefix.starts_with("//") && prefix.len() <= 256 && prefix.bytes().all(is_good)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin<'h>(headers: &'h HeaderMap, peer: &str) -> Origin<'h> {
        let proxies = TrustedProxies::parse(["10.0.0.0/8", "2001:db8::/32"]).expect("networks");
        proxies.origin(&Peer::pretend(SocketAddr::new(peer.parse().expect("an address"), 1)), headers)
    }

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| ((*name).parse().expect("a name"), value.parse().expect("a value"))).collect()
    }

    fn address(lines: &[(&'static str, &str)], peer: &str) -> String {
        origin(&headers(lines), peer).address.map_or_else(|| "none".to_owned(), |address| address.to_string())
    }

    #[test]
    fn a_stranger_is_not_believed() {
        let lines =
            headers(&[("x-forwarded-for", "1.1.1.1"), ("x-forwarded-proto", "https"), ("forwarded", "for=2.2.2.2")]);
        let expected = Origin { address: Some([9, 9, 9, 9].into()), ..Origin::default() };
        assert_eq!(origin(&lines, "9.9.9.9"), expected);
    }

    #[test]
    fn the_right_most_untrusted_hop_is_the_client() {
        let cases = [
            ("x-forwarded-for", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
            ("x-forwarded-for", "6.6.6.6, 1.2.3.4, 10.0.0.7", "1.2.3.4"),
            ("x-forwarded-for", "10.0.0.8, 10.0.0.7", "10.0.0.8"),
            ("x-forwarded-for", "1.2.3.4, nonsense", "10.0.0.1"),
            ("x-forwarded-for", "1.2.3.4:4711", "1.2.3.4"),
            ("x-forwarded-for", "", "10.0.0.1"),
            ("x-forwarded-for", "::ffff:1.2.3.4", "1.2.3.4"),
            ("forwarded", "for=6.6.6.6, for=\"[2001:4860::1]:80\";proto=https", "2001:4860::1"),
            ("forwarded", "for=1.2.3.4, For=\"[2001:db8::7]\"", "1.2.3.4"),
            ("forwarded", "for=1.2.3.4, for=unknown", "10.0.0.1"),
            ("forwarded", "for=1.2.3.4, for=_hidden", "10.0.0.1"),
        ];
        for (name, value, expected) in cases {
            assert_eq!(address(&[(name, value)], "10.0.0.1"), expected, "{name}: {value}");
        }
        let two_lines = [("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "1.2.3.4")];
        assert_eq!(address(&two_lines, "::ffff:10.0.0.1"), "1.2.3.4");
        assert_eq!(address(&[("x-forwarded-for", "1.1.1.1"), ("forwarded", "for=2.2.2.2")], "10.0.0.1"), "2.2.2.2");
    }

    #[test]
    fn scheme_host_and_prefix_come_from_the_nearest_proxy() {
        let lines = headers(&[
            ("x-forwarded-proto", "http, https"),
            ("x-forwarded-host", "evil.example, shop.example"),
            ("x-forwarded-prefix", "/api"),
        ]);
        let found = origin(&lines, "10.0.0.1");
        assert_eq!((found.scheme, found.host, found.prefix), (Some("https"), Some("shop.example"), Some("/api")));
        for prefix in ["api", "//evil.example", "/a\"b", "https://x", "/%2f"] {
            assert_eq!(origin(&headers(&[("x-forwarded-prefix", prefix)]), "10.0.0.1").prefix, None, "{prefix}");
        }
    }

    #[test]
    fn networks_are_read_strictly() {
        let message = |proxy| TrustedProxies::parse([proxy]).expect_err("it is refused");
        assert!(message("10.0.0.1/8").contains("10.0.0.0/8"));
        assert!(message("*").contains("no network"));
        assert!(TrustedProxies::parse(["::1", "127.0.0.1", "unix"]).is_ok());
    }
}
