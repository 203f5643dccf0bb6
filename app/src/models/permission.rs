//! The table `permissions`: what can be allowed.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::{Permission, PermissionId};

/// A permission.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "permissions")]
pub struct Model {
    /// Names the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PermissionId,
    /// What the permission is called.
    #[sea_orm(unique)]
    pub name: Permission,
    /// When the permission was made.
    pub created_at: DateTime<Utc>,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

/// No relation is declared: repositories write their joins out.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
