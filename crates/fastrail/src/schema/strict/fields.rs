//! A JSON object cut into the texts of its fields, for a body that several arguments share.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::super::ValidationLimits;
use super::StrictError;
use super::keys::Text;
use super::skip::Skip;

/// The fields of an object as they were sent: the index of each one's name in `names`, and its JSON
///
/// What is none of `names` is walked over, its depth counted.
///
/// # Errors
/// Where the bytes are no JSON, no object, or hold one of the names twice; the slow path says which.
pub(crate) fn fields<'b>(
    bytes: &'b [u8],
    names: &[String],
    limits: &ValidationLimits,
) -> Result<Vec<(usize, &'b [u8])>, StrictError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let fields = deserializer.deserialize_map(Fields { names, depth: limits.inner_depth() }).map_err(StrictError)?;
    deserializer.end().map_err(StrictError)?;
    Ok(fields)
}

struct Fields<'n> {
    names: &'n [String],
    depth: usize,
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = Vec<(usize, &'de [u8])>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut fields: Self::Value = Vec::with_capacity(self.names.len());
        while let Some(key) = entries.next_key_seed(Text)? {
            let Some(index) = self.names.iter().position(|name| *name == key) else {
                entries.next_value_seed(Skip(self.depth))?;
                continue;
            };
            if fields.iter().any(|(other, _)| *other == index) {
                return Err(A::Error::custom("duplicate key"));
            }
            fields.push((index, entries.next_value::<&RawValue>()?.get().as_bytes()));
        }
        Ok(fields)
    }
}
