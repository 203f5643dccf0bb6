//! Public keys in JSON Web Key form (RFC 7517, RFC 7518 §6, RFC 8037 §2).

use aws_lc_rs::rsa::{PublicKey as RsaPublicKey, PublicKeyComponents};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::{Algorithm, KeyError, PublicKey};

/// One public key. A field that its kind of key does not have is `None` and not written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// The kind of key: `OKP`, `EC` or `RSA`
    pub kty: String,
    /// Its name, as in the headers of tokens
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// The algorithm
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// What it is for: `sig`
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub key_use: Option<String>,
    /// The curve
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    /// The point, or its first half, in base64url
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// The point's second half
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// The modulus
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// The exponent
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
}

impl Jwk {
    /// The public half of a [`KeyPair`](super::KeyPair), for others to verify with
    ///
    /// # Errors
    /// [`KeyError`] when the bytes are no such key.
    pub fn new(kid: &str, algorithm: Algorithm, bytes: &[u8]) -> Result<Self, KeyError> {
        let text = |part: &[u8]| Some(URL_SAFE_NO_PAD.encode(part));
        let jwk = Self {
            kid: Some(kid.to_owned()),
            alg: Some(algorithm.name().to_owned()),
            key_use: Some("sig".to_owned()),
            ..Self::default()
        };
        Ok(match algorithm {
            Algorithm::EdDsa => Self { kty: "OKP".to_owned(), crv: Some("Ed25519".to_owned()), x: text(bytes), ..jwk },
            Algorithm::Es256 => {
                // An uncompressed point: 4, then both halves (SEC 1 §2.3.3).
                let (x, y) = bytes.get(1..).filter(|point| point.len() == 64).ok_or(KeyError::Unusable)?.split_at(32);
                Self { kty: "EC".to_owned(), crv: Some("P-256".to_owned()), x: text(x), y: text(y), ..jwk }
            }
            Algorithm::Rs256 => {
                let key = RsaPublicKey::from_der(bytes).map_err(|_| KeyError::Unusable)?;
                let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(&key);
                Self { kty: "RSA".to_owned(), n: text(&n), e: text(&e), ..jwk }
            }
            _ => return Err(KeyError::Unusable),
        })
    }

    /// The key, if it is for signatures and of a kind that counts. A key without `alg` is of the algorithm that its
    /// kind suggests: an RSA key without one is RS256 (OpenID Connect Core §15.1 makes it everybody's default).
    ///
    /// # Errors
    /// [`KeyError`] for every other key, a symmetric one for instance.
    pub fn to_public_key(&self) -> Result<PublicKey, KeyError> {
        if self.key_use.as_deref().is_some_and(|wanted| wanted != "sig") {
            return Err(KeyError::Unusable);
        }
        let named = self.alg.as_deref().map(|name| Algorithm::from_name(name).ok_or(KeyError::Unusable)).transpose()?;
        let bytes = |part: &Option<String>| {
            URL_SAFE_NO_PAD.decode(part.as_deref().ok_or(KeyError::Unusable)?).map_err(|_| KeyError::Unusable)
        };
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("OKP", Some("Ed25519")) => PublicKey::new(expected(named, Algorithm::EdDsa)?, &bytes(&self.x)?),
            ("EC", Some(curve)) => {
                let (algorithm, half) = match curve {
                    "P-256" => (Algorithm::Es256, 32),
                    "P-384" => (Algorithm::Es384, 48),
                    _ => return Err(KeyError::Unusable),
                };
                let (x, y) = (bytes(&self.x)?, bytes(&self.y)?);
                if x.len() != half || y.len() != half {
                    return Err(KeyError::Unusable);
                }
                PublicKey::new(expected(named, algorithm)?, &[&[4], x.as_slice(), &y].concat())
            }
            ("RSA", _) => {
                let algorithm = named.unwrap_or(Algorithm::Rs256);
                let (n, e) = (bytes(&self.n)?, bytes(&self.e)?);
                // Shorter than 2048 bits (RFC 7518 §3.3); and an exponent of 1 would let anybody sign.
                if n.iter().skip_while(|byte| **byte == 0).count() < 256
                    || (e.iter().rev().skip(1).all(|byte| *byte == 0) && e.last().is_none_or(|last| *last < 3))
                {
                    return Err(KeyError::Unusable);
                }
                PublicKey::of_rsa(algorithm, &n, &e)
            }
            _ => Err(KeyError::Unusable),
        }
    }
}

/// The only algorithm of a kind of key, which the key may name as well
fn expected(named: Option<Algorithm>, only: Algorithm) -> Result<Algorithm, KeyError> {
    if named.is_none_or(|named| named == only) { Ok(only) } else { Err(KeyError::Unusable) }
}

#[cfg(test)]
mod tests {
    use super::super::{Algorithm, KeyPair};
    use super::Jwk;

    #[test]
    fn each_kind_is_written_and_read_back() {
        for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256] {
            let pair = KeyPair::generate(algorithm).expect("a key");
            let jwk = Jwk::new("one", algorithm, &pair.public()).expect("a JWK");
            let key = jwk.to_public_key().expect("the key");
            assert_eq!(key.algorithm(), algorithm);
            assert!(key.verify(b"m", &pair.sign(b"m").expect("a signature")).is_ok());
        }
    }

    #[test]
    fn keys_that_are_not_for_signatures_or_fit_nothing_are_refused() {
        let pair = KeyPair::generate(Algorithm::Es256).expect("a key");
        let good = Jwk::new("one", Algorithm::Es256, &pair.public()).expect("a JWK");
        let some = |text: &str| Some(text.to_owned());
        for wrong in [
            Jwk { key_use: some("enc"), ..good.clone() },
            Jwk { alg: some("HS256"), ..good.clone() },
            Jwk { alg: some("none"), ..good.clone() },
            Jwk { alg: some("RS256"), ..good.clone() },
            Jwk { crv: some("P-521"), ..good.clone() },
            Jwk { crv: None, ..good.clone() },
            Jwk { x: some("AAAA"), ..good.clone() },
            Jwk { y: good.x.clone(), ..good.clone() },
            Jwk { y: None, ..good.clone() },
            Jwk { kty: "oct".to_owned(), ..good.clone() },
            Jwk { kty: "RSA".to_owned(), n: some("AQAB"), e: some("AQAB"), alg: None, ..good.clone() },
            Jwk { kty: "RSA".to_owned(), n: some(&"A".repeat(342)), e: some("AQ"), alg: None, ..good },
        ] {
            assert!(wrong.to_public_key().is_err(), "{wrong:?}");
        }
    }
}
