//! One answer of an operation.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::error::{ErrorCase, ErrorFormat};
use crate::schema::{Generator, JsonSchema};

/// A successful answer: what it means, and its media types with their schemas
#[derive(Clone, Debug, Default)]
pub struct ResponseDoc {
    pub(crate) description: Option<String>,
    pub(crate) content: Vec<(String, JsonSchema)>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) any_status: bool,
}

impl ResponseDoc {
    /// An answer without a body, or with one that nobody described
    pub fn empty() -> Self {
        Self::default()
    }

    /// An answer with a body
    pub fn of(media_type: &str, schema: JsonSchema) -> Self {
        Self { content: vec![(media_type.to_owned(), schema)], ..Self::default() }
    }

    /// Adds a header: its name and what it says
    #[must_use]
    pub fn with_header(mut self, name: &str, description: &str) -> Self {
        self.headers.push((name.to_owned(), description.to_owned()));
        self
    }

    /// Says that the answer may have another status than the documented one
    #[must_use]
    pub fn with_any_status(mut self) -> Self {
        self.any_status = true;
        self
    }

    pub(crate) fn into_value(self) -> Value {
        let mut value = Map::new();
        value.insert("description".into(), self.description.unwrap_or_else(|| "Successful Response".to_owned()).into());
        if !self.headers.is_empty() {
            value.insert(
                "headers".into(),
                headers(self.headers.iter().map(|(name, text)| (name.as_str(), text.as_str()))),
            );
        }
        if !self.content.is_empty() {
            let content: Map<String, Value> = self
                .content
                .into_iter()
                .map(|(media_type, schema)| (media_type, json!({ "schema": schema.into_value() })))
                .collect();
            value.insert("content".into(), Value::Object(content));
        }
        Value::Object(value)
    }
}

/// The error answers of an operation, one entry a status
pub(crate) fn error_responses(
    cases: &[ErrorCase],
    app: &dyn ErrorFormat,
    generator: &mut Generator,
) -> BTreeMap<u16, Value> {
    let mut by_status: BTreeMap<u16, Vec<&ErrorCase>> = BTreeMap::new();
    for case in cases {
        let entry = by_status.entry(case.status.as_u16()).or_default();
        if !entry.iter().any(|other| other.code == case.code) {
            entry.push(case);
        }
    }
    by_status.into_iter().map(|(status, cases)| (status, error_response(status, &cases, app, generator))).collect()
}

/// The answer that stands for every error which no type tells of
pub(crate) fn any_error_response(app: &dyn ErrorFormat, generator: &mut Generator) -> Value {
    let schema = app.schema(generator).into_value();
    json!({ "description": "Another error", "content": { app.media_type(): { "schema": schema } } })
}

fn error_response(status: u16, cases: &[&ErrorCase], app: &dyn ErrorFormat, generator: &mut Generator) -> Value {
    let mut description: Vec<&str> = cases.iter().map(|case| case.message.as_ref()).collect();
    description.dedup();
    let mut content = Map::new();
    for case in cases {
        let format = case.format.unwrap_or(app);
        let is_validation = status == 422 && case.code == "validation_failed";
        let schema = if is_validation { format.validation_schema(generator) } else { format.schema(generator) };
        let entry = content.entry(format.media_type()).or_insert_with(|| json!({}));
        add_alternative(entry, schema.into_value());
        if let (Some(example), Value::Object(entry)) = (format.example(case), entry) {
            let examples = entry.entry("examples").or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(examples) = examples {
                examples.insert(case.code.to_string(), json!({ "summary": case.message, "value": example }));
            }
        }
    }
    let mut value = Map::new();
    value.insert("description".into(), description.join("; or: ").into());
    let names: Vec<&str> = cases.iter().flat_map(|case| case.headers).copied().collect();
    if !names.is_empty() {
        value.insert("headers".into(), headers(names.into_iter().map(|name| (name, ""))));
    }
    value.insert("content".into(), Value::Object(content));
    Value::Object(value)
}

/// Sets the schema of a media type, or adds it to the ones that are there: a 422 may be a validation error's or a typed
/// error's
fn add_alternative(entry: &mut Value, schema: Value) {
    match entry.get_mut("schema") {
        None => entry["schema"] = schema,
        Some(known) if *known == schema => {}
        Some(known) => match known.get_mut("anyOf").and_then(Value::as_array_mut) {
            Some(several) if several.contains(&schema) => {}
            Some(several) => several.push(schema),
            None => *known = json!({ "anyOf": [known.take(), schema] }),
        },
    }
}

fn headers<'a>(headers: impl Iterator<Item = (&'a str, &'a str)>) -> Value {
    let headers: Map<String, Value> = headers
        .map(|(name, description)| {
            let mut value = Map::new();
            if !description.is_empty() {
                value.insert("description".into(), description.into());
            }
            value.insert("schema".into(), json!({ "type": "string" }));
            (name.to_owned(), Value::Object(value))
        })
        .collect();
    Value::Object(headers)
}
