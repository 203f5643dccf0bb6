//! Every internal error as a public one: status, stable code, a message that is safe for strangers.
//!
//! The mappings are exhaustive, so that a new internal error does not compile before somebody has decided what the
//! outside may know of it. Never: rules.

mod api_keys;
mod auth;
mod database;
mod health;
mod items;
mod oauth;
mod passwords;
mod roles;
mod users;

pub use api_keys::{ApiKeyCreateProblem, ApiKeyProblem};
pub use auth::{
    AuthProblem, CredentialProblem, LoginProblem, PasswordChangeProblem, PermissionProblem, SessionProblem,
};
pub use database::{DatabaseProblem, WriteProblem};
pub use health::HealthProblem;
pub use items::{ItemDeleteProblem, ItemProblem, ItemUpdateProblem};
pub use oauth::{OAuthErrors, TokenProblem};
pub use passwords::PasswordProblem;
pub use roles::{RoleProblem, RoleWriteProblem, UserRolesProblem};
pub use users::{UserCreateProblem, UserDeleteProblem, UserProblem, UserUpdateProblem};
