//! Puts the operations together into one document.

use std::collections::HashMap;

use http::Method;
use serde_json::{Map, Value, json};

use super::additions::Additions;
use super::write::Writing;
use super::{DocumentStyle, ExternalDocs, Info, OperationDoc, OperationIds, Server, Tag, deep_merge, title_case};
use crate::error::ErrorFormat;
use crate::routing::{OperationMeta, Route, nameless, parameter_names};
use crate::schema::Generator;

/// The OpenAPI version that the document follows
const OPENAPI: &str = "3.1.0";

/// Collects operations, and writes the document at the end
#[derive(Debug, Default)]
pub(crate) struct DocumentBuilder {
    generator: Generator,
    schemes: Map<String, Value>,
    paths: Paths,
    webhooks: Paths,
    pub(crate) ids: OperationIds,
}

/// Operations by path and method
#[derive(Debug, Default)]
struct Paths {
    items: Map<String, Value>,
    /// The path as its first operation writes it, by its form without names
    written: HashMap<String, String>,
}

/// What the route knows of an operation, beside what its types describe
pub(crate) struct OperationEntry<'a> {
    pub(crate) id: &'a str,
    pub(crate) path: &'a str,
    pub(crate) meta: &'static OperationMeta,
    pub(crate) tags: &'a [String],
    pub(crate) deprecated: bool,
    pub(crate) additions: Additions,
    pub(crate) format: &'a dyn ErrorFormat,
}

/// What the document says of the app as a whole
#[derive(Clone, Debug)]
pub(crate) struct DocumentHead {
    pub(crate) info: Info,
    pub(crate) servers: Vec<Server>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) external_docs: Option<ExternalDocs>,
    /// Credentials that something in front of the operations asks for
    pub(crate) security: Vec<(&'static str, Value)>,
    pub(crate) extra: Map<String, Value>,
    pub(crate) style: DocumentStyle,
}

impl DocumentHead {
    pub(crate) fn new(title: String, version: String) -> Self {
        let info = Info {
            title,
            summary: None,
            description: None,
            terms_of_service: None,
            contact: None,
            license: None,
            version,
        };
        Self {
            info,
            servers: Vec::new(),
            tags: Vec::new(),
            external_docs: None,
            security: Vec::new(),
            extra: Map::new(),
            style: DocumentStyle::default(),
        }
    }
}

impl DocumentBuilder {
    /// Nothing yet; `ids` knows how ids are made, and those that were
    pub(crate) fn new(ids: OperationIds, style: DocumentStyle) -> Self {
        let mut documents = Self { ids, ..Self::default() };
        documents.generator.style = style;
        documents
    }

    /// Adds an operation; answers what is wrong
    pub(crate) fn add(
        &mut self,
        entry: OperationEntry<'_>,
        describe: impl FnOnce(&mut OperationDoc<'_>),
    ) -> Vec<String> {
        let (path, method) = (entry.path, &entry.meta.method);
        let (operation, problems) = self.operation(entry, describe);
        self.paths.insert(path, method, operation);
        problems
    }

    /// Adds a request that the API makes by itself
    pub(crate) fn add_webhook(&mut self, route: &Route, format: &dyn ErrorFormat) -> Vec<String> {
        let (operation, problems) = self.out_call(route, format);
        self.webhooks.insert(route.meta.path, &route.meta.method, operation);
        problems
    }

    /// A path operation of somebody else, which the API calls
    fn out_call(&mut self, route: &Route, format: &dyn ErrorFormat) -> (Map<String, Value>, Vec<String>) {
        let meta = route.meta;
        let tags: Vec<String> = meta.tags.iter().map(|tag| (*tag).to_owned()).collect();
        let id = match self.ids.assign(meta, meta.path, &tags) {
            Ok(id) => id,
            Err(problem) => return (Map::new(), vec![problem]),
        };
        let entry = OperationEntry {
            id: &id,
            path: meta.path,
            meta,
            tags: &tags,
            deprecated: meta.deprecated,
            additions: meta.additions.map(|additions| additions()).unwrap_or_default(),
            format,
        };
        let (operation, problems) = self.operation(entry, |doc| {
            (route.describe)(doc, meta.status);
            let placeholders = parameter_names(meta.path);
            doc.read_all(&placeholders.into_iter().filter(|name| !name.starts_with('$')).collect::<Vec<_>>());
        });
        (operation, problems.into_iter().map(|problem| format!("`{}` {problem}", meta.name)).collect())
    }

    fn operation(
        &mut self,
        entry: OperationEntry<'_>,
        describe: impl FnOnce(&mut OperationDoc<'_>),
    ) -> (Map<String, Value>, Vec<String>) {
        let mut operation = Map::new();
        if !entry.tags.is_empty() {
            operation.insert("tags".into(), entry.tags.to_vec().into());
        }
        let summary = entry.meta.summary.map_or_else(|| title_case(entry.meta.name), str::to_owned);
        operation.insert("summary".into(), summary.into());
        if let Some(description) = entry.meta.description {
            operation.insert("description".into(), description.into());
        }
        operation.insert("operationId".into(), entry.id.into());
        if entry.deprecated {
            operation.insert("deprecated".into(), true.into());
        }
        let mut problems = Vec::new();
        let mut callbacks = Map::new();
        for route in &entry.additions.callbacks {
            let (callback, wrong) = self.out_call(route, entry.format);
            problems.extend(wrong.into_iter().map(|problem| format!("its callback {problem}")));
            let item = json!({ route.meta.method.as_str().to_ascii_lowercase(): callback });
            let mut named = json!({ route.meta.name: { documented_path(route.meta.path): item } });
            if let Some(named) = named.as_object_mut() {
                let mut known = Value::Object(std::mem::take(&mut callbacks));
                deep_merge(&mut known, Value::Object(std::mem::take(named)));
                callbacks = known.as_object().cloned().unwrap_or_default();
            }
        }
        if !callbacks.is_empty() {
            operation.insert("callbacks".into(), callbacks.into());
        }
        let mut doc = OperationDoc::new(&mut self.generator, &mut self.schemes);
        describe(&mut doc);
        let writing =
            Writing { operation_id: entry.id, format: entry.format, additions: entry.additions, ids: &self.ids };
        problems.extend(doc.write(&mut operation, writing));
        (operation, problems)
    }

    /// The whole document
    pub(crate) fn finish(mut self, head: &DocumentHead) -> Value {
        let mut document = Map::new();
        document.insert("openapi".into(), OPENAPI.into());
        document.insert("info".into(), json!(head.info));
        if !head.servers.is_empty() {
            document.insert("servers".into(), json!(head.servers));
        }
        document.insert("paths".into(), Value::Object(self.paths.items));
        if !self.webhooks.items.is_empty() {
            document.insert("webhooks".into(), Value::Object(self.webhooks.items));
        }
        let mut components = Map::new();
        let mut schemas: Vec<(String, Value)> = self.generator.into_components().into_iter().collect();
        schemas.sort_by(|(a, _), (b, _)| a.cmp(b));
        if !schemas.is_empty() {
            components.insert("schemas".into(), Value::Object(schemas.into_iter().collect()));
        }
        for (name, scheme) in &head.security {
            self.schemes.entry(*name).or_insert_with(|| scheme.clone());
        }
        if !self.schemes.is_empty() {
            components.insert("securitySchemes".into(), Value::Object(self.schemes));
        }
        if !components.is_empty() {
            document.insert("components".into(), Value::Object(components));
        }
        if !head.security.is_empty() {
            let alternatives: Vec<Value> = head.security.iter().map(|(name, _)| json!({ *name: [] })).collect();
            document.insert("security".into(), alternatives.into());
        }
        if !head.tags.is_empty() {
            document.insert("tags".into(), json!(head.tags));
        }
        if let Some(docs) = &head.external_docs {
            document.insert("externalDocs".into(), json!(docs));
        }
        let mut document = Value::Object(document);
        deep_merge(&mut document, Value::Object(head.extra.clone()));
        document
    }
}

impl Paths {
    fn insert(&mut self, path: &str, method: &Method, mut operation: Map<String, Value>) {
        let written = self.written.entry(nameless(path)).or_insert_with(|| path.to_owned());
        rename_path_parameters(&mut operation, &parameter_names(path), &parameter_names(written));
        let item = self.items.entry(documented_path(written)).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(item) = item {
            item.insert(method.as_str().to_ascii_lowercase(), Value::Object(operation));
        }
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
