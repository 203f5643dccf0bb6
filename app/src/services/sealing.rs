//! Encryption of what must lie in the database but must not be readable there.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    hkdf::{HKDF_SHA256, Prk, Salt},
};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;
use zeroize::Zeroizing;

/// The first byte of what is sealed, so that a later form can be told apart.
const FORMAT: u8 = 1;

/// What sealed bytes are for; part of their key, so that one kind cannot pass for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The private half of a signing key.
    SigningKey,
    /// The refresh token that replaced another.
    RefreshSuccessor,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::SigningKey => b"fastrail signing key v1 ",
            Self::RefreshSuccessor => b"fastrail refresh successor v1 ",
        }
    }
}

/// The bytes were sealed under another `SECRET_KEY`, for another row or purpose, or are damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot be decrypted: another SECRET_KEY, or damaged")]
pub struct SealError;

/// Seals and opens with AES-256-GCM. Every row has a key of its own, derived from `SECRET_KEY`
/// by HKDF-SHA-256 (RFC 5869) with the purpose and the row's id, so random nonces never wear a
/// key out and a sealed value moved to another row does not open.
pub struct Sealer {
    root: Prk,
}

impl Sealer {
    /// A sealer under `SECRET_KEY`.
    #[must_use]
    pub fn new(secret_key: &SecretString) -> Self {
        let salt = Salt::new(HKDF_SHA256, b"fastrail secret key v1");
        Self { root: salt.extract(secret_key.expose_secret().as_bytes()) }
    }

    /// Encrypts for one row.
    ///
    /// # Errors
    /// [`SealError`] when the library refuses, which it does for texts of many gigabytes only.
    pub fn seal(&self, purpose: Purpose, row: Uuid, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut text = plain.to_vec();
        let nonce = self.key(purpose, row)?.seal_in_place_append_tag(Aad::empty(), &mut text).map_err(|_| SealError)?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + text.len());
        sealed.push(FORMAT);
        sealed.extend_from_slice(nonce.as_ref());
        sealed.append(&mut text);
        Ok(sealed)
    }

    /// Decrypts what was sealed for the same purpose and row; the answer is wiped when dropped.
    ///
    /// # Errors
    /// [`SealError`] when it was not, or under another `SECRET_KEY`.
    pub fn open(&self, purpose: Purpose, row: Uuid, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (&[FORMAT], rest) = sealed.split_first_chunk::<1>().ok_or(SealError)? else {
            return Err(SealError);
        };
        let (nonce, text) = rest.split_first_chunk::<NONCE_LEN>().ok_or(SealError)?;
        let mut text = Zeroizing::new(text.to_vec());
        let plain = self
            .key(purpose, row)?
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::empty(), &mut text)
            .map_err(|_| SealError)?
            .len();
        text.truncate(plain);
        Ok(text)
    }

    fn key(&self, purpose: Purpose, row: Uuid) -> Result<RandomizedNonceKey, SealError> {
        let info = [purpose.label(), row.as_bytes()];
        let mut key = Zeroizing::new([0; 32]);
        self.root
            .expand(&info, HKDF_SHA256)
            .and_then(|okm| okm.fill(key.as_mut_slice()))
            .and_then(|()| RandomizedNonceKey::new(&AES_256_GCM, key.as_slice()))
            .map_err(|_| SealError)
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer([REDACTED])")
    }
}
