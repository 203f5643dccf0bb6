//! Randomness: identifiers, tokens and passwords that nobody can guess.

use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use uuid::{Builder, Uuid};

/// Random bytes.
///
/// # Panics
/// When the operating system has no randomness to give; nothing can go on safely then.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("invariant: the operating system gives random bytes");
    bytes
}

/// A UUIDv7 of this time. Its 12 bits after the milliseconds count their fractions (RFC 9562
/// §6.2, method 3), so ids of one process sort by their making; 62 bits are random.
#[must_use]
pub fn uuid_v7(now: DateTime<Utc>) -> Uuid {
    let mut random = bytes::<10>();
    let fraction = (now.timestamp_subsec_micros() % 1000) * 4096 / 1000;
    let [_, _, high, low] = fraction.to_be_bytes();
    random[0] = high;
    random[1] = low;
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// An opaque token of 256 random bits, in 43 characters of base64url.
#[must_use]
pub fn opaque_token() -> SecretString {
    SecretString::from(URL_SAFE_NO_PAD.encode(bytes::<32>()))
}

/// A password of 144 random bits, in 24 characters that can be copied and typed.
#[must_use]
pub fn password() -> SecretString {
    SecretString::from(URL_SAFE_NO_PAD.encode(bytes::<18>()))
}

/// Random characters of `0-9A-Za-z`, each as likely as the others.
#[must_use]
pub fn base62(length: usize) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        // 248 is the largest multiple of 62 in a byte: what lies above would favour the first characters.
        let fair = bytes::<64>().into_iter().filter(|byte| *byte < 248).map(|byte| byte % 62);
        let characters = fair.map(|n| match n {
            0..=9 => char::from(b'0' + n),
            10..=35 => char::from(b'A' + n - 10),
            _ => char::from(b'a' + n - 36),
        });
        text.extend(characters.take(length - text.len()));
    }
    text
}
