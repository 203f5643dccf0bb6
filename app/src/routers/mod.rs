//! The path operations, one file a resource: a schema in, a service called, a schema out.

use fastrail::prelude::*;

pub mod api_keys;
pub mod auth;
pub mod debug;
pub mod health;
pub mod items;
pub mod metrics;
pub mod roles;
pub mod root;
pub mod sessions;
pub mod users;
pub mod well_known;

/// The operations of version 1
pub fn v1() -> Router {
    Router::new("/api/v1")
        .include(auth::router())
        .include(sessions::router())
        .include(api_keys::router())
        .include(users::router())
        .include(roles::router())
        .include(items::router())
}

/// The operations that belong to no version
pub fn unversioned() -> Router {
    Router::new("").include(root::router()).include(health::router()).include(well_known::router())
}
