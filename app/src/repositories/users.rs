//! The rows of `users`.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, Func, LockType, Query},
};

use super::{Connection, DatabaseError, Repository, Session, patterns::containing, repository::versioned};
use crate::models::{
    Direction, EmailAddress, Page, PageRequest, Permission, Sort, User, UserId, Username, permission, role,
    role_permission,
    user::{self, UserFilter, UserSort},
    user_role,
};

versioned!(user, UserId);

/// Users. Those who are deleted are found only where a method says so.
#[derive(Debug, Clone)]
pub struct UserRepository<C> {
    rows: Repository<user::Entity, C>,
}

impl<C: Connection> UserRepository<C> {
    /// A repository on a connection.
    pub const fn new(connection: C) -> Self {
        Self { rows: Repository::new(connection) }
    }

    /// The user of this id.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer, here and below.
    pub async fn get_by_id(&self, id: UserId) -> Result<Option<User>, DatabaseError> {
        let select = living().filter(user::Column::Id.eq(id));
        self.rows.find_one(select).await
    }

    /// The user of this id, deleted or not.
    ///
    /// # Errors
    /// As above.
    pub async fn get_by_id_with_deleted(&self, id: UserId) -> Result<Option<User>, DatabaseError> {
        self.rows.get_by_id(id).await
    }

    /// The user with this address, without case.
    ///
    /// # Errors
    /// As above.
    pub async fn get_by_email(&self, email: &EmailAddress) -> Result<Option<User>, DatabaseError> {
        let select = living().filter(user::Column::EmailKey.eq(email.key()));
        self.rows.find_one(select).await
    }

    /// The user with this name, without case.
    ///
    /// # Errors
    /// As above.
    pub async fn get_by_username(&self, name: &Username) -> Result<Option<User>, DatabaseError> {
        let select = living().filter(user::Column::UsernameKey.eq(name.key()));
        self.rows.find_one(select).await
    }

    /// Whether anybody, deleted or not, has this name.
    ///
    /// # Errors
    /// As above.
    pub async fn has_username(&self, name: &Username) -> Result<bool, DatabaseError> {
        let select = user::Entity::find().filter(user::Column::UsernameKey.eq(name.key()));
        Ok(self.rows.find_one(select).await?.is_some())
    }

    /// The user who logs in with this text: an e-mail address when it has an `@`, else a
    /// username. A text that is neither finds nobody.
    ///
    /// # Errors
    /// As above.
    pub async fn get_by_login(&self, login: &str) -> Result<Option<User>, DatabaseError> {
        let login = login.trim();
        if login.contains('@') {
            match login.parse() {
                Ok(email) => self.get_by_email(&email).await,
                Err(_) => Ok(None),
            }
        } else {
            match login.parse() {
                Ok(username) => self.get_by_username(&username).await,
                Err(_) => Ok(None),
            }
        }
    }

    /// One page of users.
    ///
    /// # Errors
    /// As above.
    pub async fn list(
        &self,
        filter: &UserFilter,
        sort: &Sort<UserSort>,
        page: PageRequest,
    ) -> Result<Page<User>, DatabaseError> {
        self.rows.list(ordered(filtered(filter), sort), page).await
    }

    /// Users in the order of their ids, which is that of their making, from behind one on.
    ///
    /// # Errors
    /// As above.
    pub async fn list_after(
        &self,
        filter: &UserFilter,
        after: Option<UserId>,
        limit: u64,
    ) -> Result<Vec<User>, DatabaseError> {
        let mut select = filtered(filter);
        if let Some(after) = after {
            select = select.filter(user::Column::Id.gt(after));
        }
        Ok(select.order_by(user::Column::Id, Order::Asc).limit(limit).all(self.rows.connection()).await?)
    }

    /// What the user may do: the permissions of all the user's roles.
    ///
    /// # Errors
    /// As above.
    pub async fn permissions_of(&self, id: UserId) -> Result<BTreeSet<Permission>, DatabaseError> {
        let roles = Query::select()
            .column(user_role::Column::RoleId)
            .from(user_role::Entity)
            .and_where(Expr::col(user_role::Column::UserId).eq(id))
            .take();
        let permissions = Query::select()
            .column(role_permission::Column::PermissionId)
            .from(role_permission::Entity)
            .and_where(Expr::col(role_permission::Column::RoleId).in_subquery(roles))
            .take();
        let names = permission::Entity::find()
            .select_only()
            .column(permission::Column::Name)
            .filter(permission::Column::Id.in_subquery(permissions))
            .into_tuple::<Permission>()
            .all(self.rows.connection())
            .await?;
        Ok(names.into_iter().collect())
    }
}

impl UserRepository<Session> {
    /// The user of this id, held against other changes until the session ends.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn lock_by_id(&self, id: UserId) -> Result<Option<User>, DatabaseError> {
        let select = living().filter(user::Column::Id.eq(id)).lock(LockType::NoKeyUpdate);
        self.rows.find_one(select).await
    }

    /// The user of this id, who stays as is until the session ends; others may hold it as well.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn hold_by_id(&self, id: UserId) -> Result<Option<User>, DatabaseError> {
        let select = living().filter(user::Column::Id.eq(id)).lock(LockType::Share);
        self.rows.find_one(select).await
    }

    /// Adds a user.
    ///
    /// # Errors
    /// [`DatabaseError::Constraint`] named `email_taken` or `username_taken`.
    pub async fn create(&self, user: User) -> Result<User, DatabaseError> {
        self.rows.create(with_keys(user)).await
    }

    /// Replaces a user, as long as nobody else did since it was read.
    ///
    /// # Errors
    /// [`DatabaseError::Stale`], or as [`create`](Self::create).
    pub async fn update(&self, user: User) -> Result<User, DatabaseError> {
        self.rows.update(with_keys(user)).await
    }

    /// Marks a user as deleted; address and name stay taken.
    ///
    /// # Errors
    /// [`DatabaseError::Stale`] when it was changed since it was read.
    pub async fn delete(&self, mut user: User, now: DateTime<Utc>) -> Result<User, DatabaseError> {
        user.deleted_at = Some(now);
        user.updated_at = now;
        self.rows.update(user).await
    }

    /// Takes a deletion back.
    ///
    /// # Errors
    /// [`DatabaseError::Stale`] when it was changed since it was read.
    pub async fn restore(&self, mut user: User, now: DateTime<Utc>) -> Result<User, DatabaseError> {
        user.deleted_at = None;
        user.updated_at = now;
        self.rows.update(user).await
    }
}

fn with_keys(mut user: User) -> User {
    user.email_key = user.email.key();
    user.username_key = user.username.key();
    user
}

fn living() -> Select<user::Entity> {
    user::Entity::find().filter(user::Column::DeletedAt.is_null())
}

fn filtered(filter: &UserFilter) -> Select<user::Entity> {
    let mut select = if filter.include_deleted { user::Entity::find() } else { living() };
    if let Some(is_active) = filter.is_active {
        select = select.filter(user::Column::IsActive.eq(is_active));
    }
    if let Some(from) = filter.created_from {
        select = select.filter(user::Column::CreatedAt.gte(from));
    }
    if let Some(before) = filter.created_before {
        select = select.filter(user::Column::CreatedAt.lt(before));
    }
    if let Some(role) = &filter.role {
        let role = Query::select()
            .column(role::Column::Id)
            .from(role::Entity)
            .and_where(Expr::col(role::Column::Name).eq(role.clone()))
            .take();
        let holders = Query::select()
            .column(user_role::Column::UserId)
            .from(user_role::Entity)
            .and_where(Expr::col(user_role::Column::RoleId).in_subquery(role))
            .take();
        select = select.filter(user::Column::Id.in_subquery(holders));
    }
    if let Some(typed) = &filter.q {
        // SQLite lowers ASCII only, so in full names other letters match in the same case.
        let full_name = Func::lower(Expr::col(user::Column::FullName));
        select = select.filter(
            Condition::any()
                .add(Expr::col(user::Column::UsernameKey).like(containing(typed)))
                .add(Expr::col(user::Column::EmailKey).like(containing(typed)))
                .add(Expr::expr(full_name).like(containing(typed))),
        );
    }
    select
}

fn ordered(mut select: Select<user::Entity>, sort: &Sort<UserSort>) -> Select<user::Entity> {
    for (field, direction) in sort.keys() {
        let column = match field {
            UserSort::CreatedAt => user::Column::CreatedAt,
            UserSort::UpdatedAt => user::Column::UpdatedAt,
            UserSort::Username => user::Column::UsernameKey,
            UserSort::Email => user::Column::EmailKey,
        };
        select = select.order_by(column, order(*direction));
    }
    select.order_by(user::Column::Id, Order::Asc)
}

pub(super) const fn order(direction: Direction) -> Order {
    match direction {
        Direction::Ascending => Order::Asc,
        Direction::Descending => Order::Desc,
    }
}
