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
    /// The JWS algorithm (RFC 8037: `EdDSA`).
    pub algorithm: String,
    /// The PKCS#8 private key, encrypted under `SECRET_KEY`.
    pub private_key_sealed: Vec<u8>,
    /// The raw public key.
    pub public_key: Vec<u8>,
    /// When it was made; the newest that still counts signs.
    pub created_at: DateTime<Utc>,
    /// When it stops to verify; never, while empty.
    pub not_after: Option<DateTime<Utc>>,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

/// No relation is declared: repositories write their joins out.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
