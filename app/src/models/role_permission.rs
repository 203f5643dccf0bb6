//! The table `role_permissions`: which role has which permission.

use sea_orm::entity::prelude::*;

use super::{PermissionId, RoleId};

/// A role has a permission.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_permissions")]
pub struct Model {
    /// The role.
    #[sea_orm(primary_key, auto_increment = false)]
    pub role_id: RoleId,
    /// The permission.
    #[sea_orm(primary_key, auto_increment = false)]
    pub permission_id: PermissionId,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

/// No relation is declared: repositories write their joins out.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
