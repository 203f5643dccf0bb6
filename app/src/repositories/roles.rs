//! The rows of `roles`, `permissions`, and who has which.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, LockType, OnConflict, Query},
};

use super::{Connection, DatabaseError, Repository, Session, repository::versioned};
use crate::models::{
    Page, PageRequest, Permission, PermissionId, RoleId, RoleName, UserId, permission, role, role_permission, user,
    user_role,
};

versioned!(role, RoleId);
versioned!(permission, PermissionId);

/// Roles and permissions.
#[derive(Debug, Clone)]
pub struct RoleRepository<C> {
    roles: Repository<role::Entity, C>,
    permissions: Repository<permission::Entity, C>,
}

impl<C: Connection> RoleRepository<C> {
    /// A repository on a connection.
    pub fn new(connection: C) -> Self {
        Self { roles: Repository::new(connection.clone()), permissions: Repository::new(connection) }
    }

    /// The role of this name.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer, here and below.
    pub async fn get_by_name(&self, name: &RoleName) -> Result<Option<role::Model>, DatabaseError> {
        let select = role::Entity::find().filter(role::Column::Name.eq(name.clone()));
        self.roles.find_one(select).await
    }

    /// The role of this id.
    ///
    /// # Errors
    /// As above.
    pub async fn get_by_id(&self, id: RoleId) -> Result<Option<role::Model>, DatabaseError> {
        self.roles.get_by_id(id).await
    }

    /// One page of roles, by name.
    ///
    /// # Errors
    /// As above.
    pub async fn list(&self, page: PageRequest) -> Result<Page<role::Model>, DatabaseError> {
        self.roles.list(role::Entity::find().order_by(role::Column::Name, Order::Asc), page).await
    }

    /// What each of these roles may do; one that may nothing is left out.
    ///
    /// # Errors
    /// As above.
    pub async fn permissions_of_roles(
        &self,
        ids: &[RoleId],
    ) -> Result<BTreeMap<RoleId, BTreeSet<Permission>>, DatabaseError> {
        let pairs = role_permission::Entity::find()
            .filter(role_permission::Column::RoleId.is_in(ids.iter().copied()))
            .all(self.roles.connection())
            .await?;
        let all = permission::Entity::find().all(self.roles.connection()).await?;
        let names: BTreeMap<PermissionId, Permission> = all.into_iter().map(|row| (row.id, row.name)).collect();
        let mut found: BTreeMap<RoleId, BTreeSet<Permission>> = BTreeMap::new();
        for pair in pairs {
            if let Some(name) = names.get(&pair.permission_id) {
                found.entry(pair.role_id).or_default().insert(name.clone());
            }
        }
        Ok(found)
    }

    /// The names of all permissions.
    ///
    /// # Errors
    /// As above.
    pub async fn permission_names(&self) -> Result<BTreeSet<Permission>, DatabaseError> {
        let all = permission::Entity::find().all(self.roles.connection()).await?;
        Ok(all.into_iter().map(|row| row.name).collect())
    }

    /// Whether anybody, deleted or not, has the role.
    ///
    /// # Errors
    /// As above.
    pub async fn has_holders(&self, role: RoleId) -> Result<bool, DatabaseError> {
        let held = user_role::Entity::find().filter(user_role::Column::RoleId.eq(role));
        Ok(held.one(self.roles.connection()).await?.is_some())
    }

    /// The permission of this name.
    ///
    /// # Errors
    /// As above.
    pub async fn get_permission_by_name(&self, name: &Permission) -> Result<Option<permission::Model>, DatabaseError> {
        let select = permission::Entity::find().filter(permission::Column::Name.eq(name.clone()));
        self.permissions.find_one(select).await
    }

    /// The names of the user's roles.
    ///
    /// # Errors
    /// As above.
    pub async fn roles_of(&self, user_id: UserId) -> Result<BTreeSet<RoleName>, DatabaseError> {
        let ids = Query::select()
            .column(user_role::Column::RoleId)
            .from(user_role::Entity)
            .and_where(Expr::col(user_role::Column::UserId).eq(user_id))
            .take();
        let names = role::Entity::find()
            .select_only()
            .column(role::Column::Name)
            .filter(role::Column::Id.in_subquery(ids))
            .into_tuple::<RoleName>()
            .all(self.roles.connection())
            .await?;
        Ok(names.into_iter().collect())
    }

    /// How many users who may log in have the role.
    ///
    /// # Errors
    /// As above.
    pub async fn count_active_users(&self, role: RoleId) -> Result<u64, DatabaseError> {
        let ids = Query::select()
            .column(user_role::Column::UserId)
            .from(user_role::Entity)
            .and_where(Expr::col(user_role::Column::RoleId).eq(role))
            .take();
        Ok(user::Entity::find()
            .filter(user::Column::Id.in_subquery(ids))
            .filter(user::Column::IsActive.eq(true))
            .filter(user::Column::DeletedAt.is_null())
            .count(self.roles.connection())
            .await?)
    }
}

impl RoleRepository<Session> {
    /// The role of this name, held against others who lock it until the session ends.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn lock_by_name(&self, name: &RoleName) -> Result<Option<role::Model>, DatabaseError> {
        let select = role::Entity::find().filter(role::Column::Name.eq(name.clone()));
        self.roles.find_one(select.lock(LockType::NoKeyUpdate)).await
    }

    /// The role of this id, held against others who lock it until the session ends.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn lock_by_id(&self, id: RoleId) -> Result<Option<role::Model>, DatabaseError> {
        let select = role::Entity::find().filter(role::Column::Id.eq(id));
        self.roles.find_one(select.lock(LockType::NoKeyUpdate)).await
    }

    /// Replaces a role.
    ///
    /// # Errors
    /// [`DatabaseError::Stale`] when it was changed since it was read, [`DatabaseError::Constraint`] when the name is
    /// taken.
    pub async fn update(&self, role: role::Model) -> Result<role::Model, DatabaseError> {
        self.roles.update(role).await
    }

    /// Removes a role for good, and what it allowed.
    ///
    /// # Errors
    /// [`DatabaseError::Stale`] when it was changed since it was read, [`DatabaseError::Constraint`] when somebody has
    /// it.
    pub async fn delete(&self, role: role::Model) -> Result<(), DatabaseError> {
        self.roles.delete(role).await
    }

    /// Lets a role do exactly this. A permission that is not in the database is left out.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn set_permissions(&self, role: RoleId, wanted: &BTreeSet<Permission>) -> Result<(), DatabaseError> {
        role_permission::Entity::delete_many()
            .filter(role_permission::Column::RoleId.eq(role))
            .exec(self.roles.connection())
            .await?;
        let all = permission::Entity::find().all(self.roles.connection()).await?;
        for row in all.into_iter().filter(|row| wanted.contains(&row.name)) {
            self.grant(role, row.id).await?;
        }
        Ok(())
    }

    /// Takes a role from a user; nothing happens when the user does not have it.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn withdraw(&self, user_id: UserId, role_id: RoleId) -> Result<(), DatabaseError> {
        user_role::Entity::delete_many()
            .filter(user_role::Column::UserId.eq(user_id))
            .filter(user_role::Column::RoleId.eq(role_id))
            .exec(self.roles.connection())
            .await?;
        Ok(())
    }

    /// Adds a role.
    ///
    /// # Errors
    /// [`DatabaseError::Constraint`] when the name is taken.
    pub async fn create(&self, role: role::Model) -> Result<role::Model, DatabaseError> {
        self.roles.create(role).await
    }

    /// Adds a permission.
    ///
    /// # Errors
    /// [`DatabaseError::Constraint`] when the name is taken.
    pub async fn create_permission(&self, permission: permission::Model) -> Result<permission::Model, DatabaseError> {
        self.permissions.create(permission).await
    }

    /// Gives a role a permission; nothing happens when it has it.
    ///
    /// # Errors
    /// [`DatabaseError::Constraint`] when one of the two is not there.
    pub async fn grant(&self, role_id: RoleId, permission_id: PermissionId) -> Result<(), DatabaseError> {
        let row =
            role_permission::ActiveModel { role_id: Set(role_id), permission_id: Set(permission_id), version: Set(1) };
        let pair = [role_permission::Column::RoleId, role_permission::Column::PermissionId];
        role_permission::Entity::insert(row)
            .on_conflict(OnConflict::columns(pair).do_nothing().to_owned())
            .exec_without_returning(self.roles.connection())
            .await?;
        Ok(())
    }

    /// Gives a user a role; nothing happens when the user has it.
    ///
    /// # Errors
    /// [`DatabaseError::Constraint`] when one of the two is not there.
    pub async fn assign(&self, user_id: UserId, role_id: RoleId, now: DateTime<Utc>) -> Result<(), DatabaseError> {
        let row = user_role::ActiveModel {
            user_id: Set(user_id),
            role_id: Set(role_id),
            created_at: Set(now),
            version: Set(1),
        };
        let pair = [user_role::Column::UserId, user_role::Column::RoleId];
        user_role::Entity::insert(row)
            .on_conflict(OnConflict::columns(pair).do_nothing().to_owned())
            .exec_without_returning(self.roles.connection())
            .await?;
        Ok(())
    }
}
