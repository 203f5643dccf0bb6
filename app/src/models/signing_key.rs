//! The table `signing_keys`: what access tokens are signed with, shared by all instances.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::SigningKeyId;

/// A key pair; the private half is encrypted.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_keys")]
pub struct Model {
    /// Names the key; its text is the `kid`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SigningKeyId,
    /// The JWS algorithm: `EdDSA` (RFC 8037), `ES256` or `RS256` (RFC 7518).
    pub algorithm: String,
    /// The PKCS#8 private key, encrypted under `SECRET_KEY`.
    pub private_key_sealed: Vec<u8>,
    /// The public key: a raw point, or an `RSAPublicKey` in DER.
    pub public_key: Vec<u8>,
    /// When it was made; the newest that signs already does.
    pub created_at: DateTime<Utc>,
    /// When it begins to sign, once everybody knows it; from its making on, while empty.
    pub signs_from: Option<DateTime<Utc>>,
    /// When it stops to verify; never, while empty.
    pub not_after: Option<DateTime<Utc>>,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

impl Model {
    /// Whether its tokens count.
    #[must_use]
    pub fn is_current(&self, now: DateTime<Utc>) -> bool {
        self.not_after.is_none_or(|until| now < until)
    }

    /// Whether it may sign.
    #[must_use]
    pub fn signs_since(&self, now: DateTime<Utc>) -> bool {
        self.signs_from.unwrap_or(self.created_at) <= now
    }
}

/// No relation is declared: repositories write their joins out.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
