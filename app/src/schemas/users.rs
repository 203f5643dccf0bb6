//! Users, as they come in and go out. A password comes in only.

use fastrail::prelude::*;

use crate::models::{EmailAddress, FullName, Password, User, Username};

/// What makes an account
#[derive(Debug, Deserialize, Schema)]
pub struct RegisterIn {
    /// Where the user is reached
    #[schema(example = "ada@example.com")]
    pub email: EmailAddress,
    /// What the user is called and logs in with; unique without regard to case
    #[schema(example = "ada")]
    pub username: Username,
    /// What the user logs in with
    pub password: Password,
    /// The person's name
    #[schema(example = "Ada Lovelace")]
    pub full_name: Option<FullName>,
}

/// What an administrator makes a user of
#[derive(Debug, Deserialize, Schema)]
pub struct UserCreate {
    /// Where the user is reached
    #[schema(example = "ada@example.com")]
    pub email: EmailAddress,
    /// What the user is called and logs in with; unique without regard to case
    #[schema(example = "ada")]
    pub username: Username,
    /// What the user logs in with
    pub password: Password,
    /// The person's name
    #[schema(example = "Ada Lovelace")]
    pub full_name: Option<FullName>,
    /// Whether the user may log in
    #[serde(default = "active")]
    pub is_active: bool,
}

fn active() -> bool {
    true
}

/// What users may change of themselves; what is absent stays
#[derive(Debug, Default, Deserialize, Schema)]
#[serde(default, deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct ProfileUpdate {
    /// Another e-mail address
    pub email: Patch<EmailAddress>,
    /// Another username
    pub username: Patch<Username>,
    /// Another name; `null` takes it away
    pub full_name: Patch<Option<FullName>>,
}

/// What administrators may change of a user; what is absent stays
#[derive(Debug, Default, Deserialize, Schema)]
#[serde(default, deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct UserUpdate {
    /// Another e-mail address
    pub email: Patch<EmailAddress>,
    /// Another username
    pub username: Patch<Username>,
    /// Another name; `null` takes it away
    pub full_name: Patch<Option<FullName>>,
    /// Whether the user may log in; taking it away ends all the user's logins
    pub is_active: Patch<bool>,
}

/// A user
#[derive(Debug, Serialize, Schema)]
pub struct UserOut {
    /// Names the user
    pub id: Uuid,
    /// Where the user is reached
    pub email: String,
    /// What the user is called
    pub username: String,
    /// The person's name
    pub full_name: Option<String>,
    /// Whether the user may log in
    pub is_active: bool,
    /// When the account was made
    pub created_at: DateTime<Utc>,
    /// When the account was last changed
    pub updated_at: DateTime<Utc>,
    /// When the account was deleted, if so
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<DateTime<Utc>>,
}

impl UserOut {
    /// Where the user is found
    pub fn location(&self) -> String {
        format!("/api/v1/users/{}", self.id)
    }
}

impl From<User> for UserOut {
    fn from(user: User) -> Self {
        Self {
            id: user.id.as_uuid(),
            email: user.email.into(),
            username: user.username.into(),
            full_name: user.full_name.map(Into::into),
            is_active: user.is_active,
            created_at: user.created_at,
            updated_at: user.updated_at,
            deleted_at: user.deleted_at,
        }
    }
}

/// A user as others may know them
#[derive(Debug, Serialize, Schema)]
pub struct ProfileOut {
    /// Names the user
    pub id: Uuid,
    /// What the user is called
    pub username: String,
    /// Where the user is reached
    pub email: String,
    /// The person's name
    pub full_name: Option<String>,
    /// Whether the user may log in
    pub is_active: bool,
    /// When the account was made
    pub created_at: DateTime<Utc>,
}

impl From<User> for ProfileOut {
    fn from(user: User) -> Self {
        Self {
            id: user.id.as_uuid(),
            username: user.username.into(),
            email: user.email.into(),
            full_name: user.full_name.map(Into::into),
            is_active: user.is_active,
            created_at: user.created_at,
        }
    }
}

/// The columns of an export, which it has also when it has no row
pub const USER_COLUMNS: [&str; 8] =
    ["id", "username", "email", "full_name", "is_active", "created_at", "updated_at", "deleted_at"];

/// A user as a row of an export
#[derive(Debug, Serialize)]
pub struct UserRow {
    id: Uuid,
    username: String,
    email: String,
    full_name: Option<String>,
    is_active: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    deleted_at: Option<DateTime<Utc>>,
}

impl From<User> for UserRow {
    fn from(user: User) -> Self {
        let UserOut { id, email, username, full_name, is_active, created_at, updated_at, deleted_at } = user.into();
        Self { id, username, email, full_name, is_active, created_at, updated_at, deleted_at }
    }
}
