//! Fixed names and numbers that several rooms share; never anything that a setting could change.

pub mod api_keys;
pub mod application;
pub mod cors;
pub mod database;
pub mod mail;
pub mod pagination;
pub mod passwords;
pub mod sessions;
pub mod tokens;
