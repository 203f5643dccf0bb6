//! Puts the operations together into one document.

use std::collections::{HashMap, HashSet};

use http::Method;
use serde_json::{Map, Value, json};

use super::{Info, Server, Tag, title_case};
use crate::routing::{OperationMeta, nameless, parameter_names};
use crate::schema::Generator;

/// The OpenAPI version that the document follows
const OPENAPI: &str = "3.1.0";

/// Collects operations, and writes the document at the end
#[derive(Debug, Default)]
pub(crate) struct DocumentBuilder {
    pub(crate) generator: Generator,
    pub(crate) schemes: Map<String, Value>,
    pub(crate) paths: Paths,
}

/// The operations, by path and method
#[derive(Debug, Default)]
pub(crate) struct Paths {
    items: Map<String, Value>,
    operation_ids: HashSet<String>,
    /// The path as its first operation writes it, by its form without names
    written: HashMap<String, String>,
}

/// What the route knows of an operation, beside what its types describe
pub(crate) struct OperationEntry<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'a Method,
    pub(crate) meta: &'a OperationMeta,
    pub(crate) tags: &'a [String],
    pub(crate) deprecated: bool,
}

impl Paths {
    /// Adds one operation; `write` adds what its types describe
    pub(crate) fn add(&mut self, entry: &OperationEntry<'_>, write: impl FnOnce(&mut Map<String, Value>, &str)) {
        let operation_id = self.operation_id(entry);
        let mut operation = Map::new();
        if !entry.tags.is_empty() {
            operation.insert("tags".into(), entry.tags.to_vec().into());
        }
        let summary = entry.meta.summary.map_or_else(|| title_case(entry.meta.name), str::to_owned);
        operation.insert("summary".into(), summary.into());
        if let Some(description) = entry.meta.description {
            operation.insert("description".into(), description.into());
        }
        operation.insert("operationId".into(), operation_id.clone().into());
        let body_name = format!("Body_{operation_id}");
        write(&mut operation, &body_name);
        if entry.deprecated {
            operation.insert("deprecated".into(), true.into());
        }
        let path = self.written.entry(nameless(entry.path)).or_insert_with(|| entry.path.to_owned());
        rename_path_parameters(&mut operation, &parameter_names(entry.path), &parameter_names(path));
        let item = self.items.entry(documented_path(path)).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(item) = item {
            item.insert(entry.method.as_str().to_ascii_lowercase(), Value::Object(operation));
        }
    }

    /// The fn's name, made unique by a number where a fn serves several routes
    fn operation_id(&mut self, entry: &OperationEntry<'_>) -> String {
        let base = entry.meta.operation_id.unwrap_or(entry.meta.name);
        let mut id = base.to_owned();
        let mut count = 1;
        while !self.operation_ids.insert(id.clone()) {
            count += 1;
            id = format!("{base}_{count}");
        }
        id
    }
}

impl DocumentBuilder {
    /// The whole document
    pub(crate) fn finish(self, info: &Info, servers: &[Server], tags: &[Tag]) -> Value {
        let mut document = Map::new();
        document.insert("openapi".into(), OPENAPI.into());
        document.insert("info".into(), json!(info));
        if !servers.is_empty() {
            document.insert("servers".into(), json!(servers));
        }
        document.insert("paths".into(), Value::Object(self.paths.items));
        let mut components = Map::new();
        let mut schemas: Vec<(String, Value)> = self.generator.into_components().into_iter().collect();
        schemas.sort_by(|(a, _), (b, _)| a.cmp(b));
        if !schemas.is_empty() {
            components.insert("schemas".into(), Value::Object(schemas.into_iter().collect()));
        }
        if !self.schemes.is_empty() {
            components.insert("securitySchemes".into(), Value::Object(self.schemes));
        }
        if !components.is_empty() {
            document.insert("components".into(), Value::Object(components));
        }
        if !tags.is_empty() {
            document.insert("tags".into(), json!(tags));
        }
        Value::Object(document)
    }
}

/// Calls the path parameters of an operation as the path's first operation does: paths that differ in a placeholder's
/// name only are one path, which must not stand twice (OpenAPI 3.1 §4.8.8)
fn rename_path_parameters(operation: &mut Map<String, Value>, own: &[String], written: &[String]) {
    if own == written {
        return;
    }
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        let is_path = parameter["in"] == "path";
        let index = own.iter().position(|name| is_path && parameter["name"] == *name);
        if let Some(name) = index.and_then(|index| written.get(index)) {
            parameter["name"] = name.as_str().into();
        }
    }
}

/// The template as OpenAPI writes it: `{*path}` → `{path}`
pub(crate) fn documented_path(template: &str) -> String {
    template.replace("{*", "{")
}
