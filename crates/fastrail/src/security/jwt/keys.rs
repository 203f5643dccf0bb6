//! Keys, each with the one algorithm that it is used by.

use std::fmt;

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, ParsedPublicKey, RSA_PKCS1_SHA256,
    },
};
use zeroize::Zeroizing;

use super::{Algorithm, KeyError, TokenError};

/// A key that signs: Ed25519, P-256 or RSA of 2048 bits. Parsed once, used often.
pub struct KeyPair(Private);

enum Private {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

impl KeyPair {
    /// Makes a key; an RSA key takes a while, so keep it off the async threads
    ///
    /// # Errors
    /// [`KeyError`] for an algorithm that only verifies here.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        Ok(Self(match algorithm {
            Algorithm::EdDsa => Private::Ed25519(Ed25519KeyPair::generate().map_err(|_| KeyError::Unusable)?),
            Algorithm::Es256 => {
                Private::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| KeyError::Unusable)?)
            }
            Algorithm::Rs256 => Private::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Unusable)?),
            _ => return Err(KeyError::Unusable),
        }))
    }

    /// Reads a key that [`to_pkcs8`](Self::to_pkcs8) wrote
    ///
    /// # Errors
    /// [`KeyError`] when it is damaged or of another kind.
    pub fn from_pkcs8(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, KeyError> {
        Ok(Self(match algorithm {
            Algorithm::EdDsa => Private::Ed25519(Ed25519KeyPair::from_pkcs8(bytes).map_err(|_| KeyError::Unusable)?),
            Algorithm::Es256 => {
                let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, bytes);
                Private::P256(key.map_err(|_| KeyError::Unusable)?)
            }
            Algorithm::Rs256 => Private::Rsa(RsaKeyPair::from_pkcs8(bytes).map_err(|_| KeyError::Unusable)?),
            _ => return Err(KeyError::Unusable),
        }))
    }

    /// The key as PKCS#8; wiped when dropped
    ///
    /// # Errors
    /// [`KeyError`] when the library refuses, which it does not.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let bytes = match &self.0 {
            Private::Ed25519(key) => key.to_pkcs8().map_err(|_| KeyError::Unusable)?.as_ref().to_vec(),
            Private::P256(key) => key.to_pkcs8v1().map_err(|_| KeyError::Unusable)?.as_ref().to_vec(),
            Private::Rsa(key) => {
                let der: Pkcs8V1Der<'static> = key.as_der().map_err(|_| KeyError::Unusable)?;
                der.as_ref().to_vec()
            }
        };
        Ok(Zeroizing::new(bytes))
    }

    /// What it signs by
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match &self.0 {
            Private::Ed25519(_) => Algorithm::EdDsa,
            Private::P256(_) => Algorithm::Es256,
            Private::Rsa(_) => Algorithm::Rs256,
        }
    }

    /// The public half: a raw point, or an `RSAPublicKey` in DER
    #[must_use]
    pub fn public(&self) -> Vec<u8> {
        match &self.0 {
            Private::Ed25519(key) => key.public_key().as_ref().to_vec(),
            Private::P256(key) => key.public_key().as_ref().to_vec(),
            Private::Rsa(key) => key.public_key().as_ref().to_vec(),
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let random = SystemRandom::new();
        match &self.0 {
            Private::Ed25519(key) => Ok(key.sign(message).as_ref().to_vec()),
            Private::P256(key) => Ok(key.sign(&random, message).map_err(|_| KeyError::Unusable)?.as_ref().to_vec()),
            Private::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map_err(|_| KeyError::Unusable)?;
                Ok(signature)
            }
        }
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPair({})", self.algorithm().name())
    }
}

/// A key that verifies
#[derive(Clone)]
pub struct PublicKey {
    algorithm: Algorithm,
    key: ParsedPublicKey,
}

impl PublicKey {
    /// The public half of a [`KeyPair`]
    ///
    /// # Errors
    /// [`KeyError`] when it is damaged or of another kind.
    pub fn new(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, KeyError> {
        Ok(Self { algorithm, key: algorithm.parse_public(bytes)? })
    }

    pub(super) fn of_rsa(algorithm: Algorithm, n: &[u8], e: &[u8]) -> Result<Self, KeyError> {
        Ok(Self { algorithm, key: algorithm.parse_rsa(n, e)? })
    }

    /// The one algorithm that it verifies
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), TokenError> {
        self.key.verify_sig(message, signature).map_err(|_| TokenError::Invalid)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.algorithm.name())
    }
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, KeyPair, PublicKey};

    #[test]
    fn each_kind_signs_what_its_public_half_verifies_and_survives_storage() {
        for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256] {
            let pair = KeyPair::generate(algorithm).expect("a key");
            let again = KeyPair::from_pkcs8(algorithm, &pair.to_pkcs8().expect("bytes")).expect("the same key");
            assert_eq!(pair.public(), again.public());
            let signature = again.sign(b"message").expect("a signature");
            let public = PublicKey::new(algorithm, &pair.public()).expect("its public half");
            assert!(public.verify(b"message", &signature).is_ok());
            assert!(public.verify(b"massage", &signature).is_err());
            assert!(public.verify(b"message", &[]).is_err());
        }
        assert!(KeyPair::generate(Algorithm::Ps256).is_err());
    }
}
