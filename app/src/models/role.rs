//! The table `roles`: bundles of permissions that users have.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use std::collections::BTreeSet;

use super::{Permission, RoleId, RoleName, text::text};

text!(
    /// What a role is for, up to 200 characters.
    RoleDescription,
    200
);

/// A role and what its holders may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleWithPermissions {
    /// The role.
    pub role: Model,
    /// What its holders may do.
    pub permissions: BTreeSet<Permission>,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roles")]
pub struct Model {
    /// Names the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RoleId,
    /// What the role is called.
    #[sea_orm(unique)]
    pub name: RoleName,
    /// What the role is for.
    pub description: String,
    /// When the role was made.
    pub created_at: DateTime<Utc>,
    /// When the role was last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

impl Model {
    /// Whether the service needs the role.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        self.name == RoleName::USER || self.name == RoleName::ADMIN
    }
}

/// No relation is declared: repositories write their joins out.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
