//! Tokens in compact form: three parts of base64url with dots between (RFC 7515 §7.1).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{KeyPair, PublicKey, SignError, TokenError, json};

/// The longest token that is looked at, in bytes; ours have about 700 (our choice: what fits into one header line of
/// the servers in use).
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// The parameters of a header that make a token something else than it looks (RFC 7515 §4.1.11, RFC 7797, RFC 7516)
const REFUSED: [&str; 4] = ["crit", "b64", "zip", "enc"];

/// A token that was read and not verified: only its header can be looked at
#[derive(Debug, Clone)]
pub struct UnverifiedToken<'t> {
    header: Map<String, Value>,
    message: &'t str,
    claims: &'t str,
    signature: Vec<u8>,
}

impl<'t> UnverifiedToken<'t> {
    /// Reads the parts of a token
    ///
    /// # Errors
    /// [`TokenError`] when it is longer than [`MAX_TOKEN_BYTES`], when it has not exactly three parts, when one of them is
    /// no canonical base64url, when the header is no object with unique names, or when it asks for an extension.
    pub fn parse(token: &'t str) -> Result<Self, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Invalid);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Invalid)?;
        let (header, claims) = message.split_once('.').ok_or(TokenError::Invalid)?;
        if claims.contains('.') {
            return Err(TokenError::Invalid);
        }
        let header = json::object(&decode(header)?)?;
        if REFUSED.iter().any(|name| header.contains_key(*name)) {
            return Err(TokenError::Invalid);
        }
        Ok(Self { header, message, claims, signature: decode(signature)? })
    }

    /// A parameter of the header, if it is there and a text
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.header.get(name).and_then(Value::as_str)
    }

    /// The names of the header's parameters
    pub fn header_names(&self) -> impl Iterator<Item = &str> {
        self.header.keys().map(String::as_str)
    }

    /// Whether the header's `typ` is this media type. Those have no case, and may have their tree written out
    /// (RFC 7515 §4.1.9).
    #[must_use]
    pub fn is_of_type(&self, wanted: &str) -> bool {
        const TREE: &str = "application/";
        let typ = self.header("typ").unwrap_or_default();
        let is_written_out = typ.get(..TREE.len()).is_some_and(|tree| tree.eq_ignore_ascii_case(TREE));
        let subtype = if is_written_out { typ.get(TREE.len()..).unwrap_or_default() } else { typ };
        subtype.eq_ignore_ascii_case(wanted)
    }

    /// The claims as they were sent
    pub(super) fn claims(&self) -> &'t str {
        self.claims
    }

    /// The claims, if the key has signed them by its own algorithm. That the token names another one is a reason to
    /// refuse it, never to follow it (RFC 8725 §3.1).
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn verify(self, key: &PublicKey) -> Result<Map<String, Value>, TokenError> {
        if self.header("alg") != Some(key.algorithm().name()) {
            return Err(TokenError::Invalid);
        }
        key.verify(self.message.as_bytes(), &self.signature)?;
        json::object(&decode(self.claims)?)
    }
}

/// Signs claims: `typ` and `kid` stand in the header, and the key's algorithm
///
/// # Errors
/// [`SignError`] when the claims are no JSON or the key refuses, which it does not.
pub fn sign(key: &KeyPair, typ: &str, kid: &str, claims: &impl Serialize) -> Result<String, SignError> {
    let header = json!({ "alg": key.algorithm().name(), "typ": typ, "kid": kid }).to_string();
    let claims = serde_json::to_vec(claims).map_err(|error| SignError::Claims(error.to_string()))?;
    let mut token = URL_SAFE_NO_PAD.encode(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(claims, &mut token);
    let signature = key.sign(token.as_bytes()).map_err(SignError::Key)?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}

/// The engine refuses padding, other alphabets and trailing bits: one token has one spelling
pub(super) fn decode(part: &str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Invalid)
}
