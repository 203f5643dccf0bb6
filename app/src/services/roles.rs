//! Roles: bundles of permissions that users have.
//!
//! Nobody gives or takes what they lack: a caller needs every permission that a change moves. The role `admin` stays as
//! it is and has an active holder at all times; `user`, which everybody gets, keeps its name.

use std::collections::BTreeSet;

use super::{clock::Clock, principal::CurrentUser, random};
use crate::{
    models::{
        Page, PageRequest, Permission, Role, RoleDescription, RoleId, RoleName, RoleWithPermissions, User, UserId,
    },
    repositories::{Connection, DatabaseError, FOREIGN_KEY, ROLE_NAME_TAKEN, RoleRepository, Session, UserRepository},
};

/// Why a use case of roles failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RoleError {
    /// There is no such role.
    #[error("there is no such role")]
    NotFound,
    /// There is no role of this name to give.
    #[error("there is no role '{0}'")]
    Unknown(RoleName),
    /// There is no such user.
    #[error("there is no such user")]
    UserNotFound,
    /// Another role has the name.
    #[error("the name is taken")]
    NameTaken,
    /// The service needs the role as it is.
    #[error("the role is built in")]
    BuiltIn,
    /// Users have the role.
    #[error("the role is in use")]
    InUse,
    /// The caller lacks a permission that the change would give or take.
    #[error("the permission {0} is not held")]
    NotHeld(Permission),
    /// Nobody would be left to administer the service.
    #[error("the last active administrator must stay")]
    LastAdmin,
    /// The changes name no field.
    #[error("there is nothing to change")]
    NothingToChange,
    /// Somebody else changed the role at the same time.
    #[error("the role was changed meanwhile")]
    Changed,
    /// The database failed.
    #[error(transparent)]
    Database(DatabaseError),
}

impl From<DatabaseError> for RoleError {
    fn from(error: DatabaseError) -> Self {
        match error {
            error if error.is_constraint(ROLE_NAME_TAKEN) => Self::NameTaken,
            error if error.is_constraint(FOREIGN_KEY) => Self::InUse,
            DatabaseError::Stale => Self::Changed,
            error => Self::Database(error),
        }
    }
}

/// What makes a role.
#[derive(Debug, Clone)]
pub struct NewRole {
    /// What it is called.
    pub name: RoleName,
    /// What it is for.
    pub description: RoleDescription,
    /// What its holders may do.
    pub permissions: BTreeSet<Permission>,
}

/// What may be changed of a role; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct RoleChanges {
    /// Another name.
    pub name: Option<RoleName>,
    /// Another description.
    pub description: Option<RoleDescription>,
    /// Other permissions, all of them.
    pub permissions: Option<BTreeSet<Permission>>,
}

/// The use cases of roles: reading on any connection, writing on a [`Session`] whose commit is the caller's.
#[derive(Debug, Clone)]
pub struct RoleService<C> {
    connection: C,
    roles: RoleRepository<C>,
    clock: Clock,
}

impl<C: Connection> RoleService<C> {
    /// The use cases on a connection.
    pub fn new(connection: C, clock: Clock) -> Self {
        Self { roles: RoleRepository::new(connection.clone()), connection, clock }
    }

    /// One page of roles, by name.
    ///
    /// # Errors
    /// [`DatabaseError`], and nothing else.
    pub async fn list(&self, page: PageRequest) -> Result<Page<RoleWithPermissions>, DatabaseError> {
        let page = self.roles.list(page).await?;
        let ids: Vec<RoleId> = page.items.iter().map(|role| role.id).collect();
        let mut permissions = self.roles.permissions_of_roles(&ids).await?;
        Ok(page.map(|role| {
            let permissions = permissions.remove(&role.id).unwrap_or_default();
            RoleWithPermissions { role, permissions }
        }))
    }

    /// Reads a role.
    ///
    /// # Errors
    /// [`RoleError::NotFound`].
    pub async fn get(&self, id: RoleId) -> Result<RoleWithPermissions, RoleError> {
        let role = self.roles.get_by_id(id).await?.ok_or(RoleError::NotFound)?;
        self.with_permissions(role).await
    }

    /// Everything that can be allowed, by name.
    ///
    /// # Errors
    /// [`DatabaseError`], and nothing else.
    pub async fn permissions(&self) -> Result<BTreeSet<Permission>, DatabaseError> {
        self.roles.permission_names().await
    }

    /// The names of a user's roles.
    ///
    /// # Errors
    /// [`RoleError::UserNotFound`].
    pub async fn roles_of(&self, user: UserId) -> Result<BTreeSet<RoleName>, RoleError> {
        let users = UserRepository::new(self.connection.clone());
        users.get_by_id(user).await?.ok_or(RoleError::UserNotFound)?;
        Ok(self.roles.roles_of(user).await?)
    }

    async fn with_permissions(&self, role: Role) -> Result<RoleWithPermissions, RoleError> {
        let mut permissions = self.roles.permissions_of_roles(&[role.id]).await?;
        let permissions = permissions.remove(&role.id).unwrap_or_default();
        Ok(RoleWithPermissions { role, permissions })
    }
}

impl RoleService<Session> {
    /// Makes a role.
    ///
    /// # Errors
    /// [`RoleError::NotHeld`], [`RoleError::NameTaken`].
    pub async fn create(&self, actor: &CurrentUser, new: NewRole) -> Result<RoleWithPermissions, RoleError> {
        moves(actor, &new.permissions)?;
        let now = self.clock.now();
        let role = Role {
            id: random::uuid_v7(now).into(),
            name: new.name,
            description: new.description.into(),
            created_at: now,
            updated_at: now,
            version: 1,
        };
        let role = self.roles.create(role).await?;
        self.roles.set_permissions(role.id, &new.permissions).await?;
        Ok(RoleWithPermissions { role, permissions: new.permissions })
    }

    /// Changes a role; its holders may, or may not, from their next request on.
    ///
    /// # Errors
    /// [`RoleError::NothingToChange`], [`RoleError::NotFound`], [`RoleError::BuiltIn`], [`RoleError::NotHeld`],
    /// [`RoleError::NameTaken`].
    pub async fn update(
        &self,
        actor: &CurrentUser,
        id: RoleId,
        changes: RoleChanges,
    ) -> Result<RoleWithPermissions, RoleError> {
        let RoleChanges { name, description, permissions } = changes;
        if name.is_none() && description.is_none() && permissions.is_none() {
            return Err(RoleError::NothingToChange);
        }
        let role = self.roles.lock_by_id(id).await?.ok_or(RoleError::NotFound)?;
        let mut role = self.with_permissions(role).await?;
        let renames = name.as_ref().is_some_and(|name| *name != role.role.name);
        let is_admin = role.role.name == RoleName::ADMIN;
        if (renames && role.role.is_built_in()) || (is_admin && permissions.is_some()) {
            return Err(RoleError::BuiltIn);
        }
        if let Some(permissions) = permissions {
            moves(actor, permissions.symmetric_difference(&role.permissions))?;
            self.roles.set_permissions(id, &permissions).await?;
            role.permissions = permissions;
        }
        role.role.name = name.unwrap_or(role.role.name);
        role.role.description = description.map_or(role.role.description, Into::into);
        role.role.updated_at = self.clock.now();
        role.role = self.roles.update(role.role).await?;
        Ok(role)
    }

    /// Deletes a role that nobody has.
    ///
    /// # Errors
    /// [`RoleError::NotFound`], [`RoleError::BuiltIn`], [`RoleError::NotHeld`], [`RoleError::InUse`].
    pub async fn delete(&self, actor: &CurrentUser, id: RoleId) -> Result<(), RoleError> {
        let role = self.roles.lock_by_id(id).await?.ok_or(RoleError::NotFound)?;
        if role.is_built_in() {
            return Err(RoleError::BuiltIn);
        }
        let role = self.with_permissions(role).await?;
        moves(actor, &role.permissions)?;
        if self.roles.has_holders(id).await? {
            return Err(RoleError::InUse);
        }
        Ok(self.roles.delete(role.role).await?)
    }

    /// Gives a user exactly these roles, from the user's next request on.
    ///
    /// # Errors
    /// [`RoleError::UserNotFound`], [`RoleError::Unknown`], [`RoleError::NotHeld`] for a role given or taken that may
    /// more than the caller, [`RoleError::LastAdmin`].
    pub async fn set_roles_of(
        &self,
        actor: &CurrentUser,
        user: UserId,
        wanted: BTreeSet<RoleName>,
    ) -> Result<BTreeSet<RoleName>, RoleError> {
        let user = UserRepository::new(self.connection.clone()).lock_by_id(user).await?;
        let user = user.ok_or(RoleError::UserNotFound)?;
        let held = self.roles.roles_of(user.id).await?;
        let mut moved = Vec::new();
        for name in held.symmetric_difference(&wanted) {
            let role = self.roles.get_by_name(name).await?.ok_or_else(|| RoleError::Unknown(name.clone()))?;
            let role = self.with_permissions(role).await?;
            moves(actor, &role.permissions)?;
            moved.push(role.role);
        }
        let loses_admin = held.contains(&RoleName::ADMIN) && !wanted.contains(&RoleName::ADMIN);
        if loses_admin && !keeps_an_admin(&self.roles, &user).await? {
            return Err(RoleError::LastAdmin);
        }
        for role in moved {
            if wanted.contains(&role.name) {
                self.roles.assign(user.id, role.id, self.clock.now()).await?;
            } else {
                self.roles.withdraw(user.id, role.id).await?;
            }
        }
        Ok(wanted)
    }
}

/// Whether a caller has everything that a change moves.
fn moves<'p>(actor: &CurrentUser, moved: impl IntoIterator<Item = &'p Permission>) -> Result<(), RoleError> {
    match moved.into_iter().find(|permission| !actor.may(permission)) {
        Some(missing) => Err(RoleError::NotHeld(missing.clone())),
        None => Ok(()),
    }
}

/// Whether somebody could still administer the service without this administrator.
pub(super) async fn keeps_an_admin(roles: &RoleRepository<Session>, user: &User) -> Result<bool, DatabaseError> {
    if !user.may_log_in() {
        return Ok(true);
    }
    // Two administrators who shut each other out at once come one after the other here.
    match roles.lock_by_name(&RoleName::ADMIN).await? {
        Some(admin) => Ok(roles.count_active_users(admin.id).await? > 1),
        None => Ok(true),
    }
}
