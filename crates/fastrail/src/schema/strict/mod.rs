//! JSON as the schema describes it, and nothing else: what serde_json alone lets pass is refused here.
//!
//! - a struct is an object, never an array; a variant is a string, never `{"name": null}`
//! - no key twice in a struct, a map or an untyped value (what is ignored is not compared)
//! - no deeper than the limit, also inside ignored fields
//! - `1.0` is an integer, as in JSON Schema
//! - foreign types keep to the grammar of their schema
//!
//! The fast path: errors have no place, since the slow path finds every place.

mod access;
mod adapter;
mod context;
mod fields;
mod keys;
mod skip;
mod value;
mod visitor;

use std::cell::Cell;
use std::fmt;

use serde::de::DeserializeOwned;

use adapter::Strict;
use context::Context;
pub(crate) use fields::fields;
pub(crate) use value::value_from_json;

use super::ValidationLimits;

/// Why the fast path gave up
#[derive(Debug)]
pub(crate) struct StrictError(serde_json::Error);

impl fmt::Display for StrictError {
    /// serde's message without the position, which means nothing to a program
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.0.to_string();
        f.write_str(message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message))
    }
}

/// Reads a typed value, and counts the items that its sets were given
///
/// # Errors
/// Where the bytes are no JSON, or no such value.
pub(crate) fn from_json<T: DeserializeOwned>(
    bytes: &[u8],
    limits: &ValidationLimits,
) -> Result<(T, usize), StrictError> {
    from_json_within(bytes, limits.depth())
}

/// The same for a value inside another one, which has this many levels left
///
/// # Errors
/// As [`from_json`].
pub(crate) fn from_json_within<T: DeserializeOwned>(bytes: &[u8], depth: usize) -> Result<(T, usize), StrictError> {
    // Text that is known to be UTF-8 as a whole is not tested again string by string.
    match std::str::from_utf8(bytes) {
        Ok(text) => read(serde_json::Deserializer::from_str(text), depth),
        Err(_) => read(serde_json::Deserializer::from_slice(bytes), depth),
    }
}

fn read<'de, T: DeserializeOwned>(
    mut deserializer: serde_json::Deserializer<impl serde_json::de::Read<'de>>,
    depth: usize,
) -> Result<(T, usize), StrictError> {
    let set_items = Cell::new(0);
    let context = Context::new(depth, &set_items);
    let value = T::deserialize(Strict::new(&mut deserializer, context)).map_err(StrictError)?;
    deserializer.end().map_err(StrictError)?;
    Ok((value, set_items.get()))
}

/// Reads a typed value that has been parsed and diagnosed already
pub(crate) fn from_value<T: DeserializeOwned>(value: &serde_json::Value) -> Option<T> {
    let set_items = Cell::new(0);
    T::deserialize(Strict::new(value, Context::new(usize::from(u8::MAX), &set_items))).ok()
}
