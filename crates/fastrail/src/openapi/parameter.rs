//! One parameter of an operation.

use serde_json::{Map, Value};

use super::title_case;
use crate::params::{Meta, Source};
use crate::schema::JsonSchema;

/// A parameter in a path, a query, a header or a cookie, or a field of a form
#[derive(Clone, Debug)]
pub struct ParameterDoc {
    pub(crate) name: String,
    pub(crate) source: Source,
    pub(crate) required: bool,
    pub(crate) schema: JsonSchema,
    pub(crate) description: Option<String>,
    pub(crate) deprecated: bool,
    pub(crate) hidden: bool,
    pub(crate) example: Option<Value>,
}

impl ParameterDoc {
    /// The parameter that `meta` names, with the schema of its type
    pub fn new(source: Source, meta: &Meta, schema: JsonSchema, required: bool) -> Self {
        Self {
            name: meta.name.to_owned(),
            source,
            required: required || source == Source::Path,
            schema: titled(schema, meta.title, meta.name),
            description: meta.description.map(str::to_owned),
            deprecated: meta.deprecated,
            hidden: meta.hidden,
            example: meta.example.map(|example| example()),
        }
    }

    /// The parameter as OpenAPI writes it
    pub(crate) fn into_value(self) -> Value {
        let mut value = Map::new();
        value.insert("name".into(), self.name.into());
        value.insert("in".into(), self.source.as_str().into());
        value.insert("required".into(), self.required.into());
        if let Some(description) = self.description {
            value.insert("description".into(), description.into());
        }
        if self.deprecated {
            value.insert("deprecated".into(), true.into());
        }
        value.insert("schema".into(), self.schema.into_value());
        if let Some(example) = self.example {
            value.insert("example".into(), example);
        }
        Value::Object(value)
    }
}

/// Titles a schema; one that is only a reference has its own
pub(crate) fn titled(schema: JsonSchema, title: Option<&str>, name: &str) -> JsonSchema {
    if schema.0.contains_key("$ref") || schema.0.contains_key("title") {
        return schema;
    }
    schema.with("title", title.map_or_else(|| title_case(name), str::to_owned))
}
