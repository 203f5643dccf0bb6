//! JSON Web Signatures (RFC 7515) and keys (RFC 7517), as narrow as RFC 8725 wants them.
//!
//! The mathematics is aws-lc's. What is here is the form around it, and it is strict: one algorithm for a key, whatever
//! a token says; names that are unique at every depth; canonical base64url; a bounded size; nothing fetched because a
//! token says where. Never: claims' meanings, clocks, networks.

mod algorithm;
mod compact;
mod json;
mod jwk;
mod keys;

pub use algorithm::Algorithm;
pub use compact::{MAX_TOKEN_BYTES, UnverifiedToken, sign};
pub use jwk::Jwk;
pub use keys::{KeyPair, PublicKey};

/// A token or a key that cannot be used. No more is said, so that nobody learns from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token or the key cannot be used")]
pub struct JoseError;
