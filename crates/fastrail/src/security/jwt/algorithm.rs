//! The signature algorithms that count, by their names of RFC 7518 §3.1 and RFC 8037 §3.1.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents, VerificationAlgorithm,
};

use super::KeyError;

/// A signature algorithm. Symmetric ones and `none` are not here, so that nothing can choose them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Ed25519
    EdDsa,
    /// ECDSA on P-256 with SHA-256
    Es256,
    /// ECDSA on P-384 with SHA-384
    Es384,
    /// RSASSA-PKCS1-v1_5 with SHA-256
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512
    Rs512,
    /// RSASSA-PSS with SHA-256
    Ps256,
    /// RSASSA-PSS with SHA-384
    Ps384,
    /// RSASSA-PSS with SHA-512
    Ps512,
}

const NAMES: &[(&str, Algorithm)] = &[
    ("EdDSA", Algorithm::EdDsa),
    ("ES256", Algorithm::Es256),
    ("ES384", Algorithm::Es384),
    ("RS256", Algorithm::Rs256),
    ("RS384", Algorithm::Rs384),
    ("RS512", Algorithm::Rs512),
    ("PS256", Algorithm::Ps256),
    ("PS384", Algorithm::Ps384),
    ("PS512", Algorithm::Ps512),
];

impl Algorithm {
    /// The algorithm of this name; names have a case
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm)
    }

    /// The name for the header `alg`
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
        }
    }

    /// How RSA keys are used; `None` for the other kinds of keys
    pub(super) fn rsa(self) -> Option<&'static RsaParameters> {
        Some(match self {
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
            Self::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
            Self::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
            Self::Ps256 => &RSA_PSS_2048_8192_SHA256,
            Self::Ps384 => &RSA_PSS_2048_8192_SHA384,
            Self::Ps512 => &RSA_PSS_2048_8192_SHA512,
            Self::EdDsa | Self::Es256 | Self::Es384 => return None,
        })
    }

    /// Parses a raw point (EdDSA, ECDSA) or an `RSAPublicKey` in DER
    pub(super) fn parse_public(self, bytes: &[u8]) -> Result<ParsedPublicKey, KeyError> {
        let verification: &'static dyn VerificationAlgorithm = match self {
            Self::EdDsa => &ED25519,
            Self::Es256 => &ECDSA_P256_SHA256_FIXED,
            Self::Es384 => &ECDSA_P384_SHA384_FIXED,
            rsa => rsa.rsa().ok_or(KeyError::Unusable)?,
        };
        ParsedPublicKey::new(verification, bytes).map_err(|_| KeyError::Unusable)
    }

    /// Parses the two numbers of an RSA key, big-endian
    pub(super) fn parse_rsa(self, n: &[u8], e: &[u8]) -> Result<ParsedPublicKey, KeyError> {
        let rsa = self.rsa().ok_or(KeyError::Unusable)?;
        RsaPublicKeyComponents { n, e }.to_parsed_public_key(rsa).map_err(|_| KeyError::Unusable)
    }
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, NAMES};

    #[test]
    fn names_lead_there_and_back_and_weak_ones_lead_nowhere() {
        for (name, algorithm) in NAMES {
            assert_eq!(Algorithm::from_name(name), Some(*algorithm));
            assert_eq!(algorithm.name(), *name);
        }
        for name in ["none", "None", "HS256", "HS512", "rs256", "RS1", "EDDSA", "ES256K", "", "dir"] {
            assert_eq!(Algorithm::from_name(name), None, "{name}");
        }
    }
}
