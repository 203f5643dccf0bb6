//! Who is counted.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;

use sha2::{Digest, Sha256};

use crate::request::RequestInfo;

/// The longest key that is kept as it is
const LONGEST: usize = 39;

/// What stands for the length of one that is longer: its digest is kept
const DIGESTED: u8 = u8::MAX;

/// Who is counted together: equal keys share a limit
///
/// It is the key itself, or its SHA-256 where that is shorter, so that nobody can choose a key to meet another's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LimitKey {
    length: u8,
    bytes: [u8; LONGEST],
}

impl LimitKey {
    /// A key of anything that names the caller: a user's id, a tenant, an API key
    ///
    /// Instances that count in one place must make it of the same type, on the same kind of processor.
    pub fn of(value: impl Hash) -> Self {
        let mut recorder = Recorder { key: Self { length: 0, bytes: [0; LONGEST] }, digest: None };
        value.hash(&mut recorder);
        let Recorder { mut key, digest } = recorder;
        if let Some(digest) = digest {
            key = Self { length: DIGESTED, bytes: [0; LONGEST] };
            key.bytes[..32].copy_from_slice(&digest.finalize());
        }
        key
    }

    /// What it is made of
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length).min(LONGEST)]
    }
}

/// It may hold a credential
impl fmt::Debug for LimitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LimitKey")
    }
}

/// Takes down what a value would be hashed by
struct Recorder {
    key: LimitKey,
    /// Of everything, once it is too long
    digest: Option<Sha256>,
}

impl Hasher for Recorder {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(digest) = &mut self.digest {
            return digest.update(bytes);
        }
        let start = usize::from(self.key.length);
        match self.key.bytes.get_mut(start..start + bytes.len()) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.key.length += bytes.len() as u8;
            }
            None => self.digest = Some(Sha256::new().chain_update(self.key.bytes()).chain_update(bytes)),
        }
    }

    /// Nobody asks
    fn finish(&self) -> u64 {
        0
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

/// By what a limit counts
#[derive(Clone, Copy)]
pub(super) enum By {
    Request(fn(&RequestInfo<'_>) -> LimitKey),
    /// The value of a header; where it is absent, the address
    Header(&'static str),
}

impl By {
    pub(super) fn key(self, request: &RequestInfo<'_>) -> LimitKey {
        match self {
            Self::Request(key) => key(request),
            Self::Header(name) => match request.headers().get(name) {
                Some(value) => LimitKey::of((name, value.as_bytes())),
                None => ip(request),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_equal_where_their_values_are() {
        assert_eq!(LimitKey::of("ada"), LimitKey::of("ada"));
        assert_ne!(LimitKey::of("ada"), LimitKey::of("ad"));
        assert_ne!(LimitKey::of(("a", "da")), LimitKey::of(("ad", "a")));
        let long = |last: char| LimitKey::of(format!("{}{last}", "x".repeat(100)));
        assert_eq!(long('a'), long('a'));
        assert_ne!(long('a'), long('b'));
        assert_ne!(LimitKey::of("x".repeat(38)), LimitKey::of("x".repeat(39)));
    }

    #[test]
    fn a_key_does_not_show_what_it_is_made_of() {
        assert_eq!(format!("{:?}", LimitKey::of("frk_secret")), "LimitKey");
    }
}
