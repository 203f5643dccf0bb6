//! Users: registration, the caller's own account, and what administrators do with others'.

use fastrail::security::{PasswordError, PasswordHasher};
use futures_util::{Stream, TryStreamExt, stream};

use super::{clock::Clock, principal::CurrentUser, random, roles::keeps_an_admin};
use crate::{
    models::{
        EmailAddress, FullName, Page, PageRequest, Password, PasswordHash, Patch, Permission, RoleName, Sort, User,
        UserId, Username,
        user::{UserFilter, UserSort},
    },
    repositories::{
        Connection, DatabaseError, EMAIL_TAKEN, LoginSessionRepository, RoleRepository, Session, USERNAME_TAKEN,
        UserRepository,
    },
};

/// How many users are read at once for an export: enough that each look pays, few enough to hold.
const EXPORT_BATCH: u64 = 500;

/// Why a use case of users failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum UserError {
    /// There is no such user, or it is deleted.
    #[error("there is no such user")]
    NotFound,
    /// Another account, perhaps a deleted one, has the e-mail address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// Another account, perhaps a deleted one, has the username.
    #[error("the username is taken")]
    UsernameTaken,
    /// Nobody would be left to administer the service.
    #[error("the last active administrator must stay")]
    LastAdmin,
    /// The changes name no field.
    #[error("there is nothing to change")]
    NothingToChange,
    /// Somebody else changed the user at the same time.
    #[error("the user was changed meanwhile")]
    Changed,
    /// The caller lacks a permission that the user has: whoever changes an address can take the account over.
    #[error("the permission {0} is not held")]
    NotHeld(Permission),
    /// The role that new users get is not in the database: it was not seeded. A defect.
    #[error("the role '{0}' is not in the database")]
    RoleMissing(RoleName),
    /// The password could not be hashed.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The database failed.
    #[error(transparent)]
    Database(DatabaseError),
}

impl From<DatabaseError> for UserError {
    fn from(error: DatabaseError) -> Self {
        match error {
            error if error.is_constraint(EMAIL_TAKEN) => Self::EmailTaken,
            error if error.is_constraint(USERNAME_TAKEN) => Self::UsernameTaken,
            DatabaseError::Stale => Self::Changed,
            error => Self::Database(error),
        }
    }
}

/// What makes a user.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Where the user is reached.
    pub email: EmailAddress,
    /// What the user is called.
    pub username: Username,
    /// What the user logs in with.
    pub password: Password,
    /// The person's name.
    pub full_name: Option<FullName>,
    /// Whether the user may log in; true for those who register themselves.
    pub is_active: bool,
}

/// What users may change of themselves; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ProfileChanges {
    /// Another e-mail address.
    pub email: Option<EmailAddress>,
    /// Another username.
    pub username: Option<Username>,
    /// Another name, or none.
    pub full_name: Patch<FullName>,
}

/// What administrators may change of users.
#[derive(Debug, Clone, Default)]
pub struct UserChanges {
    /// What users may change of themselves.
    pub profile: ProfileChanges,
    /// Whether the user may log in; taking it away ends all the user's logins.
    pub is_active: Option<bool>,
}

/// The use cases of users: reading on any connection, writing on a [`Session`] whose commit is
/// the caller's.
#[derive(Debug, Clone)]
pub struct UserService<C> {
    connection: C,
    users: UserRepository<C>,
    passwords: PasswordHasher,
    clock: Clock,
}

impl<C: Connection> UserService<C> {
    /// The use cases on a connection.
    pub fn new(connection: C, passwords: PasswordHasher, clock: Clock) -> Self {
        Self { users: UserRepository::new(connection.clone()), connection, passwords, clock }
    }

    /// Reads a user who is not deleted.
    ///
    /// # Errors
    /// [`UserError::NotFound`].
    pub async fn get(&self, id: UserId) -> Result<User, UserError> {
        let user = self.users.get_by_id(id).await?;
        user.ok_or(UserError::NotFound)
    }

    /// Reads the caller's own profile, or anybody's for holders of `users:read`.
    ///
    /// # Errors
    /// [`UserError::NotFound`], for another's too.
    pub async fn profile(&self, actor: &CurrentUser, id: UserId) -> Result<User, UserError> {
        if id != actor.id && !actor.may(&Permission::USERS_READ) {
            return Err(UserError::NotFound);
        }
        self.get(id).await
    }

    /// Users in the order of their making, read in batches when those before were taken.
    pub fn export(&self, filter: UserFilter) -> impl Stream<Item = Result<User, DatabaseError>> + Send + use<C> {
        let users = self.users.clone();
        let batches = stream::try_unfold(Some(None), move |after: Option<Option<UserId>>| {
            let (users, filter) = (users.clone(), filter.clone());
            async move {
                let Some(after) = after else { return Ok::<_, DatabaseError>(None) };
                let batch = users.list_after(&filter, after, EXPORT_BATCH).await?;
                let next = batch.last().map(|last| last.id);
                let is_last = (batch.len() as u64) < EXPORT_BATCH;
                Ok(next.map(|next| (batch, if is_last { None } else { Some(Some(next)) })))
            }
        });
        batches.map_ok(|batch| stream::iter(batch.into_iter().map(Ok))).try_flatten()
    }

    /// Lists users.
    ///
    /// # Errors
    /// [`DatabaseError`], and nothing else.
    pub async fn list(
        &self,
        filter: &UserFilter,
        sort: &Sort<UserSort>,
        page: PageRequest,
    ) -> Result<Page<User>, DatabaseError> {
        self.users.list(filter, sort, page).await
    }
}

impl UserService<Session> {
    /// Makes a user with the role `user`. The password is hashed before the session takes its
    /// connection.
    ///
    /// # Errors
    /// [`UserError::EmailTaken`], [`UserError::UsernameTaken`], [`UserError::Password`].
    pub async fn create(&self, new: NewUser) -> Result<User, UserError> {
        let password_hash = PasswordHash::new(self.passwords.hash(new.password.as_secret()).await?);
        let now = self.clock.now();
        let user = User {
            id: random::uuid_v7(now).into(),
            email_key: new.email.key(),
            email: new.email,
            username_key: new.username.key(),
            username: new.username,
            password_hash,
            full_name: new.full_name,
            is_active: new.is_active,
            created_at: now,
            updated_at: now,
            deleted_at: None,
            version: 1,
        };
        let user = self.users.create(user).await?;
        self.assign(&user, RoleName::USER).await?;
        Ok(user)
    }

    /// Gives a user a role.
    ///
    /// # Errors
    /// [`UserError::RoleMissing`] when there is no such role.
    pub(super) async fn assign(&self, user: &User, role: RoleName) -> Result<(), UserError> {
        let roles = RoleRepository::new(self.connection.clone());
        let Some(row) = roles.get_by_name(&role).await? else {
            return Err(UserError::RoleMissing(role));
        };
        Ok(roles.assign(user.id, row.id, self.clock.now()).await?)
    }

    /// Changes what users may change of themselves.
    ///
    /// # Errors
    /// [`UserError::NothingToChange`], [`UserError::NotFound`], [`UserError::EmailTaken`],
    /// [`UserError::UsernameTaken`].
    pub async fn update_profile(&self, id: UserId, profile: ProfileChanges) -> Result<User, UserError> {
        let is_active = None;
        self.update(id, UserChanges { profile, is_active }).await
    }

    /// Changes what administrators may change.
    ///
    /// # Errors
    /// As [`update_profile`](Self::update_profile), and [`UserError::LastAdmin`].
    pub async fn update(&self, id: UserId, changes: UserChanges) -> Result<User, UserError> {
        let ProfileChanges { email, username, full_name } = changes.profile;
        if email.is_none() && username.is_none() && full_name.is_keep() && changes.is_active.is_none() {
            return Err(UserError::NothingToChange);
        }
        let mut user = self.lock(id).await?;
        if user.is_active && changes.is_active == Some(false) {
            self.shut_out(&user).await?;
        }
        if let Some(email) = email {
            user.email = email;
        }
        if let Some(username) = username {
            user.username = username;
        }
        full_name.apply(&mut user.full_name);
        if let Some(is_active) = changes.is_active {
            user.is_active = is_active;
        }
        user.updated_at = self.clock.now();
        Ok(self.users.update(user).await?)
    }

    /// As [`update`](Self::update), for a caller who has every permission that the user has.
    ///
    /// # Errors
    /// As [`update`](Self::update), and [`UserError::NotHeld`].
    pub async fn update_by(&self, actor: &CurrentUser, id: UserId, changes: UserChanges) -> Result<User, UserError> {
        self.outranked_by(actor, id).await?;
        self.update(id, changes).await
    }

    /// As [`delete`](Self::delete), for a caller who has every permission that the user has.
    ///
    /// # Errors
    /// As [`delete`](Self::delete), and [`UserError::NotHeld`].
    pub async fn delete_by(&self, actor: &CurrentUser, id: UserId) -> Result<(), UserError> {
        self.outranked_by(actor, id).await?;
        self.delete(id).await
    }

    /// As [`restore`](Self::restore), for a caller who has every permission that the user has.
    ///
    /// # Errors
    /// As [`restore`](Self::restore), and [`UserError::NotHeld`].
    pub async fn restore_by(&self, actor: &CurrentUser, id: UserId) -> Result<User, UserError> {
        self.outranked_by(actor, id).await?;
        self.restore(id).await
    }

    async fn outranked_by(&self, actor: &CurrentUser, id: UserId) -> Result<(), UserError> {
        let held = self.users.permissions_of(id).await?;
        match held.difference(&actor.permissions).next() {
            Some(missing) => Err(UserError::NotHeld(missing.clone())),
            None => Ok(()),
        }
    }

    /// Gives a user another password; every login ends.
    ///
    /// # Errors
    /// [`UserError::NotFound`], [`UserError::Password`].
    pub async fn set_password(&self, id: UserId, password: &Password) -> Result<User, UserError> {
        let password_hash = PasswordHash::new(self.passwords.hash(password.as_secret()).await?);
        let now = self.clock.now();
        let user = User { password_hash, updated_at: now, ..self.lock(id).await? };
        let logins = LoginSessionRepository::new(self.connection.clone());
        logins.revoke_all_of(id, now).await?;
        Ok(self.users.update(user).await?)
    }

    /// Deletes a user softly: every login ends at once, the row stays and can be restored.
    ///
    /// # Errors
    /// [`UserError::NotFound`], [`UserError::LastAdmin`].
    pub async fn delete(&self, id: UserId) -> Result<(), UserError> {
        let user = self.lock(id).await?;
        self.shut_out(&user).await?;
        self.users.delete(user, self.clock.now()).await?;
        Ok(())
    }

    /// Takes a deletion back; a user who is not deleted stays as is. Logins stay ended.
    ///
    /// # Errors
    /// [`UserError::NotFound`].
    pub async fn restore(&self, id: UserId) -> Result<User, UserError> {
        let user = self.users.get_by_id_with_deleted(id).await?;
        let user = user.ok_or(UserError::NotFound)?;
        if user.deleted_at.is_none() {
            return Ok(user);
        }
        Ok(self.users.restore(user, self.clock.now()).await?)
    }

    /// Reads a user who is about to be changed: other changes and logins wait until this ends.
    async fn lock(&self, id: UserId) -> Result<User, UserError> {
        let user = self.users.lock_by_id(id).await?;
        user.ok_or(UserError::NotFound)
    }

    /// Ends all logins of a user who is about to lose access, unless nobody could administer
    /// the service then.
    async fn shut_out(&self, user: &User) -> Result<(), UserError> {
        let roles = RoleRepository::new(self.connection.clone());
        if roles.roles_of(user.id).await?.contains(&RoleName::ADMIN) && !keeps_an_admin(&roles, user).await? {
            return Err(UserError::LastAdmin);
        }
        let logins = LoginSessionRepository::new(self.connection.clone());
        Ok(logins.revoke_all_of(user.id, self.clock.now()).await?)
    }
}
