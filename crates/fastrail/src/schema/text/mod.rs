//! Text pairs (a query, headers, cookies, a form) as the fields of a struct.
//!
//! A scalar reads the last value of its name, a list all of them, each in the grammar of its type. There is nothing
//! below: a struct inside the struct is refused.

mod group;
mod scalar;

use std::borrow::Cow;
use std::cell::Cell;

use serde::de::DeserializeOwned;
use serde::de::value::Error;
use serde_json::{Map, Value};

pub(super) use scalar::Scalar;

use super::KeyStyle;

/// What was sent, in order
pub type Pairs<'p> = [(Cow<'p, str>, Cow<'p, str>)];

/// Reads a struct from pairs, and counts the items that its sets were given: the fast path
pub(super) fn from_pairs<T: DeserializeOwned>(pairs: &Pairs<'_>, style: KeyStyle) -> Result<(T, usize), Error> {
    let set_items = Cell::new(0);
    let value = T::deserialize(group::Group { pairs, style, set_items: &set_items })?;
    Ok((value, set_items.get()))
}

/// Reads a list from every value of one name, and counts the items that its sets were given: the fast path
pub(super) fn from_values<T: DeserializeOwned>(
    pairs: &Pairs<'_>,
    style: KeyStyle,
    name: &'static str,
) -> Result<(T, usize), Error> {
    let set_items = Cell::new(0);
    let group = group::Group { pairs, style, set_items: &set_items };
    let value = T::deserialize(group::Field { group, name })?;
    Ok((value, set_items.get()))
}

/// The pairs as the slow path reads them: an object of lists
pub(crate) fn to_value(pairs: &Pairs<'_>, style: KeyStyle) -> Value {
    let mut object = Map::new();
    for (key, value) in pairs {
        let key = match style {
            KeyStyle::Exact => key.to_string(),
            KeyStyle::Header => key.to_ascii_lowercase().replace('_', "-"),
        };
        if let Value::Array(values) = object.entry(key).or_insert_with(|| Value::Array(Vec::new())) {
            values.push(value.as_ref().into());
        }
    }
    Value::Object(object)
}
