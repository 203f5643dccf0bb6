//! Which addresses are called: public ones, and what is allowed besides.

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// What may be called besides public addresses
#[derive(Clone, Debug, Default)]
pub(super) struct Guard {
    networks: Arc<Vec<IpNet>>,
    hosts: Arc<BTreeSet<String>>,
}

/// Why a place is not called
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Forbidden(pub(super) &'static str);

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Forbidden {}

const NOT_PUBLIC: Forbidden = Forbidden("its address is not public; `HttpClient::allow` lets calls reach it");

impl Guard {
    pub(super) fn allow<'a>(&mut self, places: impl IntoIterator<Item = &'a str>) -> Result<(), String> {
        for place in places {
            match place.parse::<IpAddr>().map(IpNet::from).or_else(|_| place.parse::<IpNet>()) {
                Ok(network) if network.trunc() == network => Arc::make_mut(&mut self.networks).push(network),
                Ok(network) => {
                    return Err(format!("`{place}` has bits beyond its mask: did you mean `{}`?", network.trunc()));
                }
                Err(_) => match Host::parse(place) {
                    Ok(Host::Domain(name)) if !name.contains(['*', ':']) => {
                        Arc::make_mut(&mut self.hosts).insert(plain(&name).to_owned());
                    }
                    _ => {
                        return Err(format!(
                            "`{place}` is no address (10.0.0.7), network (10.1.0.0/16) or name of a host"
                        ));
                    }
                },
            }
        }
        Ok(())
    }

    /// Whether a URL may be called, as far as it says by itself; what a name stands for is the [`Resolver`]'s
    pub(super) fn check(&self, url: &Url) -> Result<(), Forbidden> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Forbidden("its scheme is neither https nor http"));
        }
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err(Forbidden("it names no host")),
        };
        if self.allows(address) { Ok(()) } else { Err(NOT_PUBLIC) }
    }

    fn allows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address) || self.networks.iter().any(|network| network.contains(&address))
    }

    fn allows_host(&self, name: &str) -> bool {
        self.hosts.contains(&*plain(name).to_ascii_lowercase())
    }
}

/// A name without the dot that says it is whole
fn plain(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// Looks a name up, and gives only the addresses that may be called to whoever connects, who looks nothing up again
pub(super) struct Resolver(pub(super) Guard);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.0.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let is_known = !found.is_empty();
            let by_name = guard.allows_host(name.as_str());
            let allowed: Vec<SocketAddr> =
                found.into_iter().filter(|address| by_name || guard.allows(address.ip())).collect();
            if allowed.is_empty() && is_known {
                return Err(NOT_PUBLIC.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// What the IANA registries of special-purpose addresses list as not globally reachable, and what clouds put elsewhere
const NOT_PUBLIC_V4: [(Ipv4Addr, u8); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
    // Azure's metadata are at a public address.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
];

/// Of the addresses that are given to networks (2000::/3)
const NOT_PUBLIC_V6: [(Ipv6Addr, u8); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    // 6to4: an IPv4 address inside, which anybody chooses.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => !NOT_PUBLIC_V4.iter().any(|(network, bits)| {
            let beyond = 32 - u32::from(*bits);
            u32::from(address) >> beyond == u32::from(*network) >> beyond
        }),
        IpAddr::V6(address) => match address.segments() {
            // NAT64 (RFC 6052): the IPv4 address inside is the one that is reached.
            [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
                is_public(IpAddr::V4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))))
            }
            [first, ..] => {
                first & 0xe000 == 0x2000
                    && !NOT_PUBLIC_V6.iter().any(|(network, bits)| {
                        let beyond = 128 - u32::from(*bits);
                        u128::from(address) >> beyond == u128::from(*network) >> beyond
                    })
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(guard: &Guard, url: &str) -> bool {
        guard.check(&Url::parse(url).expect("a URL")).is_ok()
    }

    #[test]
    fn only_public_addresses_are_called_however_they_are_written() {
        let guard = Guard::default();
        for url in
            ["http://1.1.1.1/", "https://[2606:4700::1111]/", "http://[64:ff9b::101:101]/", "https://shop.example/"]
        {
            assert!(check(&guard, url), "{url}");
        }
        for url in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.0.0.1/",
            "http://0177.0.0.1/",
            "http://0/",
            "http://10.0.0.1/",
            "http://172.31.255.255/",
            "http://192.168.0.1/",
            "http://100.100.100.200/",
            "http://169.254.169.254/latest/meta-data/",
            "http://168.63.129.16/",
            "http://192.0.0.192/",
            "http://198.19.255.255/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "http://[::]/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:a9fe:a9fe]/",
            "http://[::127.0.0.1]/",
            "http://[fe80::1]/",
            "http://[fc00::1]/",
            "http://[fd00:ec2::254]/",
            "http://[ff02::1]/",
            "http://[2001::1]/",
            "http://[2001:db8::1]/",
            "http://[2002:7f00:1::]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[64:ff9b:1::1]/",
            "ftp://1.1.1.1/",
            "file:///etc/passwd",
            "data:text/plain,x",
        ] {
            assert!(!check(&guard, url), "{url}");
        }
    }

    #[test]
    fn what_is_allowed_is_called_and_nothing_beside_it() {
        let mut guard = Guard::default();
        guard.allow(["10.1.0.0/16", "fd00::7", "Prices.Internal."]).expect("they are right");
        assert!(check(&guard, "http://10.1.2.3/") && check(&guard, "http://[::ffff:10.1.2.3]/"));
        assert!(check(&guard, "http://[fd00::7]/") && !check(&guard, "http://[fd00::8]/"));
        assert!(!check(&guard, "http://10.2.0.1/"));
        assert!(guard.allows_host("prices.internal") && guard.allows_host("PRICES.internal."));
        assert!(!guard.allows_host("x.prices.internal"));
        for wrong in ["10.1.0.1/16", "*.internal", "a b", "", "http://x"] {
            assert!(guard.allow([wrong]).is_err(), "{wrong}");
        }
    }
}
