//! Tokens: no panic, and what counts has a header and claims that another reader finds sound.
//!
//! The input is a header, a line feed, claims; both signed with the right secret, so that what is behind the signature is
//! reached. The input itself is tried as a token, too.
#![no_main]

use std::sync::LazyLock;
use std::time::{Duration, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use fastrail::security::jwt::Jwt;
use hmac::{Hmac, KeyInit, Mac};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use sha2::Sha256;

const SECRET: &[u8] = b"a secret of the fuzzer, 32 bytes at least";
const NOW: u64 = 1_800_000_000;

static JWT: LazyLock<Jwt> = LazyLock::new(|| {
    let jwt = Jwt::hs256_bytes(SECRET).expect("it is long enough");
    jwt.clock(|| UNIX_EPOCH + Duration::from_secs(NOW))
});

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert!(JWT.verify::<Value>(text).is_err(), "a token that nobody signed");
    }
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (header, claims) = (&bytes[..end], bytes.get(end + 1..).unwrap_or_default());
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("any length will do");
    mac.update(message.as_bytes());
    let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()));
    if JWT.verify::<Value>(&token).is_ok() {
        let header: Value = serde_json::from_slice(header).expect("a header in JSON");
        let claims: Value = serde_json::from_slice(claims).expect("claims in JSON");
        assert_eq!(header["alg"], "HS256");
        assert!(header.get("crit").is_none() && claims.get("aud").is_none());
        assert!(claims["exp"].as_f64().is_some_and(|end| end > NOW as f64));
    }
});
