//! What must be in the database before the first request: roles, permissions, an administrator.
//! Run at every start; does nothing when all is there. Commits sessions of its own.

use fastrail::security::PasswordHasher;
use secrecy::SecretString;

use super::{
    clock::Clock,
    random,
    users::{NewUser, UserError, UserService},
};
use crate::{
    config::{Environment, FirstAdminSettings},
    models::{
        EmailAddress, EmailAddressError, Password, PasswordError, Permission, RoleName, User, Username, UsernameError,
        permission, role,
    },
    repositories::{Connection, Database, DatabaseError, RoleRepository, Session, UserRepository},
};

/// The roles that are always there, what they are for, and what they may do when they are made.
const ROLES: &[(RoleName, &str, &[Permission])] = &[
    (RoleName::USER, "Works with items of their own", &[Permission::ITEMS_READ, Permission::ITEMS_WRITE]),
    (
        RoleName::ADMIN,
        "Does everything",
        &[
            Permission::USERS_READ,
            Permission::USERS_WRITE,
            Permission::ROLES_READ,
            Permission::ROLES_WRITE,
            Permission::ITEMS_READ,
            Permission::ITEMS_WRITE,
            Permission::ITEMS_READ_ALL,
            Permission::ITEMS_WRITE_ALL,
        ],
    ),
];

/// The address of the administrator that development makes up.
const MADE_UP_EMAIL: &str = "admin@example.com";
const ADMIN_USERNAME: &str = "admin";

/// Why the database could not be made ready.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    /// Somebody who is no administrator has the address that the first one should get.
    #[error("FIRST_ADMIN_EMAIL belongs to a user who is no administrator")]
    EmailTaken,
    /// `FIRST_ADMIN_EMAIL` is no address.
    #[error("FIRST_ADMIN_EMAIL {0}")]
    Email(#[from] EmailAddressError),
    /// `FIRST_ADMIN_PASSWORD` is no password.
    #[error("FIRST_ADMIN_PASSWORD {0}")]
    Password(#[from] PasswordError),
    /// No username could be made. A defect.
    #[error("the administrator's username {0}")]
    Username(#[from] UsernameError),
    /// The user could not be made.
    #[error(transparent)]
    User(UserError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// What came of the search for an administrator.
#[derive(Debug)]
pub enum FirstAdmin {
    /// There is one.
    Exists,
    /// One was made from `FIRST_ADMIN_EMAIL` and `FIRST_ADMIN_PASSWORD`.
    Made,
    /// One was made up, in development. Show the password once on the terminal; never log it.
    MadeUp(MadeUpAdmin),
    /// There is none, and none was asked for.
    Missing,
}

/// An administrator with a random password, which is stored nowhere.
#[derive(Debug)]
pub struct MadeUpAdmin {
    /// The username.
    pub username: Username,
    /// The e-mail address.
    pub email: EmailAddress,
    /// The password.
    pub password: SecretString,
}

/// Adds the roles and permissions that are missing. What an operator took from a role stays
/// taken: a permission is given only when it or the role is new.
///
/// # Errors
/// [`DatabaseError`].
pub async fn seed_roles(database: &Database, clock: &Clock) -> Result<(), DatabaseError> {
    let session = database.session();
    session.lock_start().await?;
    let roles = RoleRepository::new(session.clone());
    let mut new_permissions = Vec::new();
    for (_, _, permissions) in ROLES {
        for name in *permissions {
            if roles.get_permission_by_name(name).await?.is_none() {
                let row = new_permission(name, clock);
                new_permissions.push(roles.create_permission(row).await?.name);
            }
        }
    }
    for (name, description, permissions) in ROLES {
        let (role, is_new) = match roles.get_by_name(name).await? {
            Some(role) => (role, false),
            None => (roles.create(new_role(name, description, clock)).await?, true),
        };
        for name in *permissions {
            if (is_new || new_permissions.contains(name))
                && let Some(permission) = roles.get_permission_by_name(name).await?
            {
                roles.grant(role.id, permission.id).await?;
            }
        }
    }
    session.commit().await
}

/// Makes the first administrator while there is no active one.
///
/// # Errors
/// [`BootstrapError`].
pub async fn ensure_first_admin(
    database: &Database,
    passwords: &PasswordHasher,
    clock: &Clock,
    wanted: Option<&FirstAdminSettings>,
    environment: Environment,
) -> Result<FirstAdmin, BootstrapError> {
    if has_admin(&database.read_session()).await? {
        return Ok(FirstAdmin::Exists);
    }
    let (email, password): (EmailAddress, SecretString) = match wanted {
        Some(wanted) => (wanted.email.parse()?, wanted.password.clone()),
        None if environment.is_development() => (MADE_UP_EMAIL.parse()?, random::password()),
        None => return Ok(FirstAdmin::Missing),
    };
    let session = database.session();
    let username = free_username(&database.read_session()).await?;
    let users = UserService::new(session.clone(), passwords.clone(), clock.clone());
    let new = NewUser {
        email: email.clone(),
        username: username.clone(),
        password: Password::new(password.clone())?,
        full_name: None,
        is_active: true,
    };
    let made = make_admin(&users, new).await;
    if let Err(error) = made {
        // Two connections are never held at once.
        session.rollback().await?;
        return match error {
            // Another instance that started together with this one was faster.
            _ if has_admin(&database.read_session()).await? => Ok(FirstAdmin::Exists),
            UserError::EmailTaken => Err(BootstrapError::EmailTaken),
            error => Err(BootstrapError::User(error)),
        };
    }
    session.commit().await?;
    Ok(match wanted {
        Some(_) => FirstAdmin::Made,
        None => FirstAdmin::MadeUp(MadeUpAdmin { username, email, password }),
    })
}

/// Makes an administrator beside those that are there, and commits.
///
/// # Errors
/// [`UserError::EmailTaken`], [`UserError::UsernameTaken`], [`UserError::Password`].
pub async fn create_admin(
    database: &Database,
    passwords: &PasswordHasher,
    clock: &Clock,
    new: NewUser,
) -> Result<User, UserError> {
    let session = database.session();
    let user = make_admin(&UserService::new(session.clone(), passwords.clone(), clock.clone()), new).await?;
    session.commit().await?;
    Ok(user)
}

async fn make_admin(users: &UserService<Session>, new: NewUser) -> Result<User, UserError> {
    let user = users.create(new).await?;
    users.assign(&user, RoleName::ADMIN).await?;
    Ok(user)
}

async fn has_admin<C: Connection>(connection: &C) -> Result<bool, DatabaseError> {
    let roles = RoleRepository::new(connection.clone());
    match roles.get_by_name(&RoleName::ADMIN).await? {
        Some(role) => Ok(roles.count_active_users(role.id).await? > 0),
        None => Ok(false),
    }
}

/// `admin`, or `admin-` and six random letters when somebody has that name.
async fn free_username<C: Connection>(connection: &C) -> Result<Username, BootstrapError> {
    let username: Username = ADMIN_USERNAME.parse()?;
    let users = UserRepository::new(connection.clone());
    if !users.has_username(&username).await? {
        return Ok(username);
    }
    let suffix: String = random::bytes::<3>().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{ADMIN_USERNAME}-{suffix}").parse()?)
}

fn new_permission(name: &Permission, clock: &Clock) -> permission::Model {
    let now = clock.now();
    permission::Model { id: random::uuid_v7(now).into(), name: name.clone(), created_at: now, version: 1 }
}

fn new_role(name: &RoleName, description: &str, clock: &Clock) -> role::Model {
    let now = clock.now();
    role::Model {
        id: random::uuid_v7(now).into(),
        name: name.clone(),
        description: description.to_owned(),
        created_at: now,
        updated_at: now,
        version: 1,
    }
}
