//! The samples of the guide, one module a chapter. What the guide shows between `ANCHOR`s is compiled and run here.
#![allow(missing_docs, reason = "documented is what a client sees")]

pub mod dependencies;
pub mod errors;
pub mod first_steps;
pub mod openapi;
pub mod parameters;
pub mod path_operations;
pub mod testing;
pub mod validation;
