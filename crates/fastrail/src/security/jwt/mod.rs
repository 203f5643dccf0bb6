//! JSON Web Tokens (RFC 7519), as narrow as RFC 8725 wants them.
//!
//! [`Jwt`] signs and verifies an app's own: one key, one issuer. For more than that, below it: [`KeyPair`] and [`sign`] for
//! several keys that take turns, [`Jwk`] and [`UnverifiedToken`] for tokens of others, whose claims are then yours to judge:
//!
//! ```
//! use fastrail::security::jwt::{Algorithm, Jwk, Jwt, KeyPair, UnverifiedToken};
//! use serde_json::json;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let pair = KeyPair::generate(Algorithm::EdDsa)?;
//! let published = Jwk::new("2026-11", pair.algorithm(), &pair.public())?; // as JSON in `/.well-known/jwks.json`
//! let token = Jwt::new(pair)?.kid("2026-11").sign(&json!({ "sub": "ada" }))?;
//!
//! // Elsewhere: the header says which key, the key says which algorithm.
//! let token = UnverifiedToken::parse(&token)?;
//! assert_eq!(token.header("kid"), published.kid.as_deref());
//! assert_eq!(token.verify(&published.to_public_key()?)?["sub"], "ada");
//! # Ok(())
//! # }
//! ```
//!
//! The mathematics is aws-lc's. What is here is the form around it, and it is strict: one algorithm for a key, whatever
//! a token says; canonical base64url; names of headers that are unique; a bounded size; nothing fetched because a token
//! says where.

mod algorithm;
mod claims;
mod compact;
mod error;
mod issuer;
mod json;
mod jwk;
mod keys;

pub use algorithm::Algorithm;
pub use compact::{MAX_TOKEN_BYTES, UnverifiedToken, sign};
pub use error::{KeyError, SignError, TokenError};
pub use issuer::Jwt;
pub use jwk::Jwk;
pub use keys::{KeyPair, PublicKey};
