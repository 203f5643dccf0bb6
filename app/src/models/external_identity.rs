//! The table `external_identities`: which account stands for whom at an external identity provider.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::{ExternalIdentityId, UserId};

/// A person of a provider.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "external_identities")]
pub struct Model {
    /// Names the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ExternalIdentityId,
    /// The provider, as its tokens have it in `iss`.
    pub issuer: String,
    /// The person, as tokens have it in `sub`.
    pub subject: String,
    /// The account.
    pub user_id: UserId,
    /// When the person was first seen.
    pub created_at: DateTime<Utc>,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

/// No relation is declared: repositories write their joins out.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
