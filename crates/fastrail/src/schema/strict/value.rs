//! Untyped JSON for the slow path: every fault of the text itself is found with its place.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
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
    let mut reader = Reader { limit: limits.depth(), levels: limits.depth(), path: location.to_vec(), fault: None };
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let read = Node(&mut reader).deserialize(&mut deserializer).and_then(|value| {
        deserializer.end()?;
        Ok(value)
    });
    read.map_err(|error| {
        Box::new(match reader.fault.take() {
            Some(fault) => fault,
            None => malformed(bytes, location, &error),
        })
    })
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
    path: Location,
    fault: Option<ValidationError>,
}

impl Reader {
    fn fail<E: serde::de::Error>(&mut self, issue: Issue) -> E {
        self.fault = Some(ValidationError::new(self.path.clone(), issue, Value::Null));
        E::custom("refused")
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
        reader.path.push(Segment::Index(0));
        while let Some(item) = access.next_element_seed(Node(reader))? {
            items.push(item);
            if let Some(last) = reader.path.last_mut() {
                *last = Segment::Index(items.len());
            }
        }
        reader.path.pop();
        reader.limit += 1;
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let reader = self.0;
        reader.enter()?;
        let mut fields = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            reader.path.push(Segment::from(key.clone()));
            if fields.contains_key(&key) {
                return Err(reader.fail(Issue::new("json_duplicate_key", "The key is in the object already")));
            }
            let value = access.next_value_seed(Node(reader))?;
            reader.path.pop();
            fields.insert(key, value);
        }
        reader.limit += 1;
        Ok(Value::Object(fields))
    }
}
