//! The table `user_roles`: which user has which role.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::{RoleId, UserId};

/// A user has a role.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_roles")]
pub struct Model {
    /// The user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// The role.
    #[sea_orm(primary_key, auto_increment = false)]
    pub role_id: RoleId,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

/// No relation is declared: repositories write their joins out.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
