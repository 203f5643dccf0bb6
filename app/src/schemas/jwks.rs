//! Public keys, as RFC 7517 has them.

use fastrail::prelude::*;

/// A JSON Web Key Set
#[derive(Debug, Serialize, Schema)]
pub struct JwksOut {
    /// The keys that check tokens now, the newest first
    pub keys: Vec<JwkOut>,
}

/// A public key; the fields depend on `kty`
#[derive(Debug, Default, Serialize, Schema)]
pub struct JwkOut {
    /// The kind of key: `OKP`, `EC` or `RSA`
    #[schema(example = "OKP")]
    pub kty: String,
    /// Its name, as in the headers of tokens
    pub kid: String,
    /// The algorithm of its tokens
    #[schema(example = "EdDSA")]
    pub alg: String,
    /// Always `sig`
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    pub key_use: String,
    /// The curve of `OKP` and `EC`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    /// The point, or its first half
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// The second half of an `EC` point
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// The modulus of `RSA`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// The exponent of `RSA`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
}
