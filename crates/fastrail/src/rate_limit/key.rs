//! Who is counted.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;

use crate::request::RequestInfo;

/// Who is counted together: equal keys share a limit
///
/// Kept as a hash of 128 bits under keys of this process's own, so that nobody can choose a key to meet another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LimitKey(u128);

impl LimitKey {
    /// A key of anything that names the caller: a user's id, a tenant, an API key
    pub fn of(value: impl Hash) -> Self {
        use std::sync::LazyLock;
        static STATES: LazyLock<(RandomState, RandomState)> = LazyLock::new(Default::default);
        let hash = |state: &RandomState| u128::from(state.hash_one(&value));
        Self(hash(&STATES.0) << 64 | hash(&STATES.1))
    }

    /// The same key under another limit
    pub(super) fn under(self, limit: impl Hash) -> Self {
        Self::of((self, limit))
    }

    /// One of `shards`, and the key in it
    pub(super) fn split(self, shards: usize) -> (usize, u64) {
        (self.0 as usize % shards, (self.0 >> 64) as u64)
    }
}

/// Counts by the client's address: [`RequestInfo::client_addr`], which believes only trusted proxies
///
/// An IPv6 caller counts by the first 64 bits, since whoever has one address there has all that share them (RFC 6177).
/// Callers without an address, on a Unix socket, count together.
pub fn ip(request: &RequestInfo<'_>) -> LimitKey {
    match request.client_addr() {
        Some(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => LimitKey::of(address),
            None => LimitKey::of(&address.octets()[..8]),
        },
        Some(IpAddr::V4(address)) => LimitKey::of(address),
        None => LimitKey::of(()),
    }
}
