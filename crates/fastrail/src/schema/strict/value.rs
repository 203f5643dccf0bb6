//! Untyped JSON for the slow path: every fault of the text itself is found with its place.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Value, json};

use super::super::{Issue, ValidationLimits};
use crate::error::{Location, Segment, ValidationError};

/// Reads a value, and refuses repeated keys and too deep nesting
///
/// # Errors
/// The one thing that is wrong with the text, below `location`.
pub(crate) fn value_from_json(
    bytes: &[u8],
    location: &[Segment],
    limits: &ValidationLimits,
) -> Result<Value, Box<ValidationError>> {
    let mut reader = Reader { limit: limits.depth(), levels: limits.depth(), fault: None, way_out: Vec::new() };
    let read = match std::str::from_utf8(bytes) {
        Ok(text) => read(serde_json::Deserializer::from_str(text), &mut reader),
        Err(_) => read(serde_json::Deserializer::from_slice(bytes), &mut reader),
    };
    read.map_err(|error| {
        Box::new(match reader.fault.take() {
            Some(fault) => {
                let place = location.iter().cloned().chain(reader.way_out.into_iter().rev()).collect();
                ValidationError::new(place, fault, Value::Null)
            }
            None => malformed(bytes, location, &error),
        })
    })
}

fn read<'de>(
    mut deserializer: serde_json::Deserializer<impl serde_json::de::Read<'de>>,
    reader: &mut Reader,
) -> serde_json::Result<Value> {
    let value = Node(reader).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// FastAPI's answer to malformed JSON: the byte is part of the location
fn malformed(bytes: &[u8], location: &[Segment], error: &serde_json::Error) -> ValidationError {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    let offset = if error.is_eof() { bytes.len() } else { offset(bytes, error.line(), error.column()) };
    let mut location = location.to_vec();
    location.push(Segment::Index(offset));
    let issue = Issue::new("json_invalid", "JSON decode error").with("error", python_words(text));
    ValidationError::new(location, issue, json!({}))
}

/// serde_json counts lines and columns from 1
fn offset(bytes: &[u8], line: usize, column: usize) -> usize {
    let start = match line {
        0 | 1 => 0,
        _ => bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(line - 2).map_or(0, |(at, _)| at + 1),
    };
    (start + column).saturating_sub(1).min(bytes.len())
}

/// What Python's json module, and so FastAPI, says
fn python_words(text: &str) -> &str {
    match text {
        "key must be a string" | "EOF while parsing an object" => "Expecting property name enclosed in double quotes",
        "trailing comma" => "Illegal trailing comma",
        "expected value" | "expected ident" | "EOF while parsing a value" => "Expecting value",
        "expected `:`" => "Expecting ':' delimiter",
        "expected `,` or `}`" | "expected `,` or `]`" | "EOF while parsing a list" => "Expecting ',' delimiter",
        "trailing characters" => "Extra data",
        "EOF while parsing a string" => "Unterminated string",
        "invalid escape" => "Invalid \\escape",
        "invalid unicode code point" => "Invalid unicode code point",
        text if text.starts_with("control character") => "Invalid control character",
        other => other,
    }
}

/// Where the reader is, and what it found
struct Reader {
    /// Levels that are left, and that there were
    limit: usize,
    levels: usize,
    fault: Option<Issue>,
    /// The steps from the fault outwards: a place is only told where there is one to tell
    way_out: Location,
}

impl Reader {
    fn fail<E: serde::de::Error>(&mut self, issue: Issue) -> E {
        self.fault = Some(issue);
        E::custom("refused")
    }

    /// Notes that an error comes out of this step
    fn leave(&mut self, step: impl FnOnce() -> Segment) {
        if self.fault.is_some() {
            self.way_out.push(step());
        }
    }

    fn enter<E: serde::de::Error>(&mut self) -> Result<(), E> {
        if let Some(left) = self.limit.checked_sub(1) {
            self.limit = left;
            return Ok(());
        }
        let levels = self.levels;
        let message = format!("JSON input is nested deeper than {levels} levels");
        Err(self.fail(Issue::new("json_too_deep", message).with("max_depth", levels)))
    }
}

struct Node<'r>(&'r mut Reader);

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let reader = self.0;
        reader.enter()?;
        let mut items = Vec::new();
        loop {
            match access.next_element_seed(Node(reader)) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => break,
                Err(error) => {
                    reader.leave(|| items.len().into());
                    return Err(error);
                }
            }
        }
        reader.limit += 1;
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let reader = self.0;
        reader.enter()?;
        let mut fields = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let read = match fields.entry(key) {
                Entry::Vacant(entry) => match access.next_value_seed(Node(reader)) {
                    Ok(value) => {
                        entry.insert(value);
                        continue;
                    }
                    Err(error) => (entry.key().clone(), error),
                },
                Entry::Occupied(entry) => {
                    let issue = Issue::new("json_duplicate_key", "The key is in the object already");
                    (entry.key().clone(), reader.fail(issue))
                }
            };
            let (key, error) = read;
            reader.leave(|| key.into());
            return Err(error);
        }
        reader.limit += 1;
        Ok(Value::Object(fields))
    }
}
