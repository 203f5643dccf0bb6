//! The id of one request: accepted from the client when it is harmless, else made.

use std::cell::Cell;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;

use bytes::BytesMut;
use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};

use super::Peer;
use crate::serve::since_1970;
use crate::words::EACH;

/// The header that carries it, in and out
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How long an id of ours is
const LENGTH: usize = 36;

/// The value of `X-Request-Id`: 1–128 visible ASCII characters, or a UUIDv7 of our own
///
/// Take it as an argument of a path operation to put it into your own answers or calls.
#[derive(Clone, Debug)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The client's id when it is harmless in a log line, else a new one
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        match headers.get(&X_REQUEST_ID) {
            Some(value) if is_acceptable(value.as_bytes()) => Self(value.clone()),
            _ => Self::new(since_1970()),
        }
    }

    /// The same for a request of a connection, which may know that it has none
    pub(crate) fn from(headers: &HeaderMap, peer: &Peer) -> Self {
        if peer.may_tell_ids() { Self::of(headers) } else { Self::new(peer.date()) }
    }

    /// A new one; several in a row share one allocation
    #[inline]
    fn new(date: u64) -> Self {
        thread_local! {
            static ROOM: Cell<BytesMut> = Cell::new(BytesMut::new());
        }
        let mut room = ROOM.take();
        if room.capacity() < LENGTH {
            room = BytesMut::with_capacity(LENGTH * 28);
        }
        room.extend_from_slice(&version_7(date));
        let text = room.split().freeze();
        ROOM.set(room);
        Self(HeaderValue::from_maybe_shared(text).expect("invariant: a UUID is visible ASCII"))
    }

    /// The id as text
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.0.as_bytes()).unwrap_or_default()
    }

    #[cfg(feature = "logging")]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    pub(crate) fn header_value(&self) -> HeaderValue {
        self.0.clone()
    }
}

/// A UUIDv7 (RFC 9562 §5.7) in its text form; `date` is in milliseconds since 1970
///
/// Its random bits tell requests apart and need not be secret: each thread draws them from a generator of its own that
/// the system has seeded once. (The crate's own asks the system each time: a system call a request.)
fn version_7(date: u64) -> [u8; LENGTH] {
    let (some, more) = two_random();
    let high = (date << 16) | 0x7000 | (some & 0x0fff);
    let low = (1 << 63) | (more >> 2);
    let (first, second) = (hex((high >> 32) as u32), hex(high as u32));
    let (third, fourth) = (hex((low >> 32) as u32), hex(low as u32));
    let mut text = *b"........-....-....-....-............";
    text[..8].copy_from_slice(&first);
    text[9..13].copy_from_slice(&second[..4]);
    text[14..18].copy_from_slice(&second[4..]);
    text[19..23].copy_from_slice(&third[..4]);
    text[24..28].copy_from_slice(&third[4..]);
    text[28..].copy_from_slice(&fourth);
    text
}

/// A number as eight hexadecimal digits, all at once: a digit a byte, first its value, then its character
fn hex(number: u32) -> [u8; 8] {
    let digits = u64::from(number);
    let digits = (digits & 0xffff) | (digits & 0xffff_0000) << 16;
    let digits = (digits & 0x0000_00ff_0000_00ff) | (digits & 0x0000_ff00_0000_ff00) << 8;
    let digits = (digits & 0x000f_000f_000f_000f) | (digits & 0x00f0_00f0_00f0_00f0) << 4;
    let letters = (digits + 6 * EACH) >> 4 & EACH;
    (digits + u64::from(b'0') * EACH + letters * u64::from(b'a' - b'0' - 10)).to_be_bytes()
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): no number comes twice from one thread
fn two_random() -> (u64, u64) {
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
    thread_local! {
        static STATE: Cell<u64> = Cell::new(RandomState::new().hash_one(0_u8));
    }
    let mixed = |state: u64| {
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    let state = STATE.get().wrapping_add(STEP.wrapping_mul(2));
    STATE.set(state);
    (mixed(state.wrapping_sub(STEP)), mixed(state))
}

/// A number by chance, which need not be secret
#[cfg(feature = "http-client")]
pub(crate) fn next_random() -> u64 {
    two_random().0
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Visible ASCII only, so that it cannot forge a log line
fn is_acceptable(value: &[u8]) -> bool {
    (1..=128).contains(&value.len()) && value.iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn id_for(value: &[u8]) -> String {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.insert(&X_REQUEST_ID, value);
        }
        RequestId::of(&headers).as_str().to_owned()
    }

    #[test]
    fn a_harmless_id_is_kept() {
        assert_eq!(id_for(b"abc-123"), "abc-123");
        assert_eq!(id_for(&[b'x'; 128]), "x".repeat(128));
    }

    #[test]
    fn a_dangerous_or_long_id_is_replaced_by_a_uuid() {
        for value in [&b""[..], b"a b", "ä".as_bytes(), &[b'x'; 129]] {
            assert_eq!(Uuid::parse_str(&id_for(value)).map(|id| id.get_version_num()), Ok(7));
        }
    }

    #[test]
    fn hexadecimal_digits_are_what_the_standard_library_writes() {
        for number in [0, 1, 0x0123_4567, 0x89ab_cdef, 0x9a09_0fa9, u32::MAX] {
            assert_eq!(hex(number), *format!("{number:08x}").as_bytes());
        }
    }

    #[test]
    fn ids_of_several_threads_differ() {
        let make = || (0..1000).map(|_| version_7(0)).collect::<Vec<_>>();
        let others = std::thread::spawn(make);
        let mut all = make();
        all.extend(others.join().unwrap());
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 2000);
    }
}
