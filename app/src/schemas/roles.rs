//! Roles and permissions, as they come in and go out.

use fastrail::prelude::*;

use crate::models::{Permission, RoleDescription, RoleName, RoleWithPermissions};

/// What makes a role
#[derive(Debug, Deserialize, Schema)]
#[serde(deny_unknown_fields)]
pub struct RoleCreate {
    /// What it is called
    #[schema(example = "support")]
    pub name: RoleName,
    /// What it is for
    #[schema(example = "Helps users")]
    pub description: RoleDescription,
    /// What its holders may do; you must be allowed all of it
    #[schema(max_items = 100)]
    pub permissions: BTreeSet<Permission>,
}

/// What may be changed of a role; what is absent stays
#[derive(Debug, Default, Deserialize, Schema)]
#[serde(default, deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct RoleUpdate {
    /// Another name
    pub name: Patch<RoleName>,
    /// Another description
    pub description: Patch<RoleDescription>,
    /// Other permissions, all of them; you must be allowed what you give and what you take
    pub permissions: Patch<BTreeSet<Permission>>,
}

/// A role
#[derive(Debug, Serialize, Schema)]
pub struct RoleOut {
    /// Names the role
    pub id: Uuid,
    /// What it is called
    pub name: String,
    /// What it is for
    pub description: String,
    /// What its holders may do
    pub permissions: Vec<String>,
    /// Whether the service needs it: it cannot be renamed or deleted
    pub is_built_in: bool,
    /// When it was made
    pub created_at: DateTime<Utc>,
    /// When it was last changed
    pub updated_at: DateTime<Utc>,
}

impl RoleOut {
    /// Where the role is found
    pub fn location(&self) -> String {
        format!("/api/v1/roles/{}", self.id)
    }
}

impl From<RoleWithPermissions> for RoleOut {
    fn from(role: RoleWithPermissions) -> Self {
        let RoleWithPermissions { role, permissions } = role;
        Self {
            id: role.id.as_uuid(),
            is_built_in: role.is_built_in(),
            name: role.name.into(),
            description: role.description,
            permissions: permissions.into_iter().map(Into::into).collect(),
            created_at: role.created_at,
            updated_at: role.updated_at,
        }
    }
}

/// Everything that can be allowed
#[derive(Debug, Serialize, Schema)]
pub struct PermissionsOut {
    /// The names, sorted
    pub permissions: Vec<String>,
}

impl From<BTreeSet<Permission>> for PermissionsOut {
    fn from(permissions: BTreeSet<Permission>) -> Self {
        Self { permissions: permissions.into_iter().map(Into::into).collect() }
    }
}

/// The roles that a user should have, all of them
#[derive(Debug, Deserialize, Schema)]
#[serde(deny_unknown_fields)]
pub struct UserRolesIn {
    /// Their names
    #[schema(max_items = 100)]
    pub roles: BTreeSet<RoleName>,
}

/// The roles that a user has
#[derive(Debug, Serialize, Schema)]
pub struct UserRolesOut {
    /// Their names, sorted
    pub roles: Vec<String>,
}

impl From<BTreeSet<RoleName>> for UserRolesOut {
    fn from(roles: BTreeSet<RoleName>) -> Self {
        Self { roles: roles.into_iter().map(Into::into).collect() }
    }
}
