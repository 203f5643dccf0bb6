//! The samples of the guide, one module a chapter. What the guide shows between `ANCHOR`s is compiled and run here.
#![allow(missing_docs, reason = "documented is what a client sees")]

pub mod apps;
pub mod background_tasks;
pub mod cache;
pub mod databases;
pub mod dependencies;
pub mod errors;
pub mod events;
pub mod files;
pub mod first_steps;
pub mod http_client;
pub mod middleware;
pub mod observability;
pub mod openapi;
pub mod parameters;
pub mod path_operations;
pub mod rate_limits;
pub mod responses;
pub mod security;
pub mod serving;
pub mod settings;
pub mod static_files;
pub mod streams;
pub mod testing;
pub mod tokens;
pub mod validation;
pub mod websockets;
