//! The Backend API's library: the rooms of the application, below and above HTTP.
//!
//! What each room holds and which way imports may point is told in ARCHITECTURE.md. This file
//! only names the rooms; it never holds a rule.

pub mod application;
pub mod cli;
pub mod config;
pub mod constants;
pub mod dependencies;
pub mod errors;
pub mod events;
pub mod migrations;
pub mod models;
pub mod repositories;
pub mod routers;
pub mod schemas;
pub mod services;
