//! Encryption of what lies in the database.

use app::services::sealing::{Purpose, SealError, Sealer};
use secrecy::SecretString;
use uuid::Uuid;

use crate::support::SECRET_KEY;

fn sealer(key: &str) -> Sealer {
    Sealer::new(&SecretString::from(key))
}

#[test]
fn what_is_sealed_opens_for_the_same_key_purpose_and_row_only() {
    let (here, row) = (sealer(SECRET_KEY), Uuid::from_u128(1));
    let sealed = here.seal(Purpose::SigningKey, row, b"secret").unwrap();
    let opened = here.open(Purpose::SigningKey, row, &sealed).unwrap();
    assert_eq!(opened.as_slice(), b"secret");
    let other_key = sealer("another key that is long enough!");
    assert_eq!(other_key.open(Purpose::SigningKey, row, &sealed), Err(SealError));
    assert_eq!(here.open(Purpose::RefreshSuccessor, row, &sealed), Err(SealError));
    assert_eq!(here.open(Purpose::SigningKey, Uuid::from_u128(2), &sealed), Err(SealError));
}

#[test]
fn damage_anywhere_is_found() {
    let (sealer, row) = (sealer(SECRET_KEY), Uuid::from_u128(1));
    let sealed = sealer.seal(Purpose::SigningKey, row, b"secret").unwrap();
    for place in 0..sealed.len() {
        let mut damaged = sealed.clone();
        damaged[place] ^= 1;
        assert_eq!(sealer.open(Purpose::SigningKey, row, &damaged), Err(SealError));
        assert_eq!(sealer.open(Purpose::SigningKey, row, &sealed[..place]), Err(SealError));
    }
}

#[test]
fn the_same_text_is_sealed_differently_each_time() {
    let (sealer, row) = (sealer(SECRET_KEY), Uuid::from_u128(1));
    let seal = || sealer.seal(Purpose::SigningKey, row, b"secret").unwrap();
    assert_ne!(seal(), seal());
}
