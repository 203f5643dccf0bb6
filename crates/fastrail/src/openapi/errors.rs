//! The error answers of an operation, one a status.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::response::header;
use crate::error::{ErrorCase, ErrorFormat};
use crate::schema::{Generator, JsonSchema};

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
        let headers = names.into_iter().map(|name| (name.to_owned(), header("", JsonSchema::of("string"))));
        value.insert("headers".into(), headers.collect());
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
