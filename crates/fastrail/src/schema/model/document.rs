//! The document of a struct or an enum, and the defaults that it shows.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::FieldSpec;
use crate::schema::{Generator, JsonSchema, Rules, Schema};

/// A default that holds a set with something in it would be taken for what was sent
pub fn mark_default<F: FieldSpec>(value: &F::Ty, generator: &mut Generator) {
    if value.set_items() > 0 {
        generator.mark_lossy();
    }
}

/// `{"type": "string", "enum": […]}`
pub fn enum_schema(names: &[&str]) -> JsonSchema {
    JsonSchema::of("string").with("enum", json!(names))
}

/// Where a newtype and the field that uses it both have a pattern, the document asks for both
pub fn with_both_patterns(schema: JsonSchema, rules: &Rules, own: &Rules) -> JsonSchema {
    match (rules.pattern, own.pattern) {
        (Some(_), Some(own)) => schema.and_pattern(own.as_str()),
        _ => schema,
    }
}

/// The schema of a struct while its properties are added
#[derive(Debug, Default)]
pub struct ModelSchema {
    properties: Map<String, Value>,
    required: Vec<&'static str>,
    keywords: JsonSchema,
}

impl ModelSchema {
    /// A struct without properties
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a property
    pub fn property(
        &mut self,
        name: &'static str,
        title: &'static str,
        explicit_title: bool,
        required: bool,
        schema: JsonSchema,
        default: Option<Value>,
    ) {
        let title = (explicit_title || !schema.is_reference()).then_some(title);
        let schema = schema.with_some("title", title).with_some("default", default);
        self.properties.insert(name.to_owned(), schema.into_value());
        if required {
            self.required.push(name);
        }
    }

    /// Sets a keyword of the struct itself
    pub fn keyword(&mut self, keyword: &'static str, value: impl Into<Value>) {
        self.keywords.0.insert(keyword.to_owned(), value.into());
    }

    /// No other property may be there
    pub fn refuse_unknown(&mut self) {
        self.keyword("additionalProperties", false);
    }

    /// The finished schema
    pub fn finish(self, title: impl Into<Value>) -> JsonSchema {
        let mut schema = JsonSchema::of("object").with("properties", self.properties);
        if !self.required.is_empty() {
            schema = schema.with("required", json!(self.required));
        }
        schema.0.extend(self.keywords.0);
        schema.with("title", title)
    }
}

/// A default for the document: asked twice, since one that changes (a fresh id, the time) is none
pub fn steady(probe: impl Fn() -> Option<Value>) -> Option<Value> {
    let first = probe()?;
    (!first.is_null() && probe().as_ref() == Some(&first)).then_some(first)
}

/// Holds a value that may or may not be serializable; method look-up finds out which
#[derive(Debug)]
pub struct Probe<'v, T>(pub &'v T);

/// Chosen where the type is `Serialize`
pub trait CanSerialize {
    /// The value as JSON
    fn to_json(&self) -> Option<Value>;
}

impl<T: Serialize> CanSerialize for Probe<'_, T> {
    fn to_json(&self) -> Option<Value> {
        serde_json::to_value(self.0).ok()
    }
}

/// Chosen otherwise
pub trait CannotSerialize {
    /// Nothing
    fn to_json(&self) -> Option<Value> {
        None
    }
}

impl<T> CannotSerialize for &Probe<'_, T> {}
