//! `min_items` and `max_items`: how many entries a list, a set or a map may have.

use serde_json::Value;

use super::Rules;
use super::length::plural;
use crate::schema::{Issue, JsonSchema};

impl Rules {
    /// Whether a container with `count` entries keeps the item rules
    #[inline]
    pub(crate) fn allow_items(&self, count: usize) -> bool {
        self.min_items.is_none_or(|min| count >= min) && self.max_items.is_none_or(|max| count <= max)
    }

    /// The item rule that a container with `count` entries breaks; `family` is pydantic's `List`, `Set` or `Dictionary`
    pub(crate) fn items_issue(&self, family: &'static str, count: usize) -> Option<Issue> {
        if let Some(min) = self.min_items.filter(|min| count < *min) {
            return Some(too_short(family, min, count));
        }
        if let Some(max) = self.max_items.filter(|max| count > *max) {
            return Some(too_long(family, max, count));
        }
        None
    }
}

/// Fewer entries than asked for
pub(crate) fn too_short(family: &'static str, min: usize, count: usize) -> Issue {
    let message = format!("{family} should have at least {min} item{} after validation, not {count}", plural(min));
    Issue::new("too_short", message).with("field_type", family).with("min_length", min).with("actual_length", count)
}

/// More entries than allowed; a set stops counting there, as pydantic's does
pub(crate) fn too_long(family: &'static str, max: usize, count: usize) -> Issue {
    let (told, actual) =
        if family == "Set" { ("more".to_owned(), Value::Null) } else { (count.to_string(), Value::from(count)) };
    let message = format!("{family} should have at most {max} item{} after validation, not {told}", plural(max));
    Issue::new("too_long", message).with("field_type", family).with("max_length", max).with("actual_length", actual)
}

impl Rules {
    /// `minItems`, `maxItems`
    pub(crate) fn list_keywords(&self, schema: JsonSchema) -> JsonSchema {
        schema
            .with_some("minItems", self.min_items)
            .with_some("maxItems", self.max_items)
            .with_some("uniqueItems", self.unique_items.then_some(true))
    }

    /// `minProperties`, `maxProperties`
    pub(crate) fn map_keywords(&self, schema: JsonSchema) -> JsonSchema {
        schema.with_some("minProperties", self.min_items).with_some("maxProperties", self.max_items)
    }
}
