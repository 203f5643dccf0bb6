//! Entities (one file a table) and value types, parsed once at the edge and valid ever after.
//!
//! Never: I/O, request shapes, ambient time or randomness.

pub mod api_key;
pub mod common_passwords;
pub mod email_address;
pub mod external_identity;
pub mod ids;
pub mod item;
pub mod item_values;
pub mod login_failure;
pub mod login_session;
pub mod page;
pub mod password;
pub mod patch;
pub mod permission;
pub mod permission_name;
pub mod refresh_token;
pub mod role;
pub mod role_permission;
pub mod signing_key;
pub mod sort;
pub mod text;
pub mod user;
pub mod user_role;
pub mod username;

pub use api_key::{ApiKeyName, Model as ApiKey, Scopes};
pub use email_address::{EmailAddress, EmailAddressError};
pub use external_identity::Model as ExternalIdentity;
pub use ids::{
    ApiKeyId, ExternalIdentityId, IdError, ItemId, LoginSessionId, PermissionId, RefreshTokenId, RoleId, SigningKeyId,
    UserId,
};
pub use item::Model as Item;
pub use item_values::{ItemName, Price, PriceError, Tags};
pub use login_failure::Model as LoginFailure;
pub use login_session::{LoginKind, Model as LoginSession};
pub use page::{Page, PageError, PageRequest};
pub use password::{Password, PasswordError, PasswordHash};
pub use patch::Patch;
pub use permission_name::{Permission, PermissionError, RoleName, RoleNameError};
pub use refresh_token::Model as RefreshToken;
pub use role::{Model as Role, RoleDescription, RoleWithPermissions};
pub use signing_key::Model as SigningKey;
pub use sort::{Direction, Sort, SortError, SortField};
pub use text::{FullName, TextError};
pub use user::Model as User;
pub use username::{Username, UsernameError};
