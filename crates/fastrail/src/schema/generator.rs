//! Builds JSON Schemas (2020-12, as OpenAPI 3.1 uses them) and keeps the named ones as components.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::model::tagged_schema;
use crate::openapi::DocumentStyle;

/// A JSON Schema object, in the order its keys were set
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct JsonSchema(pub Map<String, Value>);

impl JsonSchema {
    /// The schema that accepts anything: `{}`
    pub fn any() -> Self {
        Self::default()
    }

    /// `{"type": kind}`
    pub fn of(kind: &str) -> Self {
        Self::any().with("type", kind)
    }

    /// A reference to a component
    pub fn reference(name: &str) -> Self {
        Self::any().with("$ref", format!("#/components/schemas/{name}"))
    }

    /// `{"anyOf": [self, {"type": "null"}]}`
    #[must_use]
    pub fn nullable(self) -> Self {
        Self::any().with("anyOf", json!([self.0, {"type": "null"}]))
    }

    /// Sets one keyword
    #[must_use]
    pub fn with(mut self, keyword: &str, value: impl Into<Value>) -> Self {
        self.0.insert(keyword.to_owned(), value.into());
        self
    }

    /// Sets one keyword unless it is there already
    #[must_use]
    pub fn or_with(mut self, keyword: &str, value: impl Into<Value>) -> Self {
        if !self.0.contains_key(keyword) {
            self.0.insert(keyword.to_owned(), value.into());
        }
        self
    }

    /// Sets one keyword unless the value is absent
    #[must_use]
    pub fn with_some<V: Into<Value>>(self, keyword: &str, value: Option<V>) -> Self {
        match value {
            Some(value) => self.with(keyword, value),
            None => self,
        }
    }

    /// Adds a pattern to those that are there: all of them must match
    #[must_use]
    pub fn and_pattern(mut self, pattern: &str) -> Self {
        let more = json!({"pattern": pattern});
        match self.0.get_mut("allOf") {
            Some(Value::Array(all)) => all.push(more),
            _ => _ = self.0.insert("allOf".to_owned(), json!([more])),
        }
        self
    }

    /// Names the media type of a file's content, also of each file in a list
    #[must_use]
    pub(crate) fn with_content_type(mut self, media_type: &str) -> Self {
        fn set(schema: &mut Map<String, Value>, media_type: &str) {
            if let Some(known) = schema.get_mut("contentMediaType") {
                *known = media_type.into();
            }
            if let Some(Value::Object(items)) = schema.get_mut("items") {
                set(items, media_type);
            }
            for kind in schema.get_mut("anyOf").and_then(Value::as_array_mut).into_iter().flatten() {
                if let Value::Object(kind) = kind {
                    set(kind, media_type);
                }
            }
        }
        set(&mut self.0, media_type);
        self
    }

    /// Whether the schema is a named one, alone or next to `null`; FastAPI gives such a property no title
    pub fn is_reference(&self) -> bool {
        let mut kinds = self.0.get("anyOf").and_then(Value::as_array).into_iter().flatten();
        self.0.contains_key("$ref") || kinds.any(|kind| kind.get("$ref").is_some())
    }

    /// The schema as a JSON value
    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

impl From<JsonSchema> for Value {
    fn from(schema: JsonSchema) -> Self {
        schema.into_value()
    }
}

/// A variant beside a tag, whose struct is still being built since it holds the union
#[derive(Debug)]
struct Waiting {
    /// The struct's component
    component: String,
    /// The variant's
    part: String,
    tag: &'static str,
    variant: &'static str,
    /// Keywords that stand beside the reference to the struct
    beside: JsonSchema,
}

/// Collects the named schemas of one document
#[derive(Debug, Default)]
pub struct Generator {
    components: Map<String, Value>,
    names: HashMap<&'static str, String>,
    lossy: bool,
    files_in_memory: bool,
    waiting: Vec<Waiting>,
    /// The untagged unions that are being built
    untagged: Vec<&'static str>,
    pub(crate) style: DocumentStyle,
}

impl Generator {
    /// Registers type `T` under `name` and answers the reference to it
    ///
    /// `build` runs once for each type, and may refer to `T` itself, unless that is an untagged union. Where another type has the name already,
    /// this one is called by its module path: `shop__models__Item`.
    pub fn component<T>(&mut self, name: &str, build: impl FnOnce(&mut Self) -> JsonSchema) -> JsonSchema {
        let key = std::any::type_name::<T>();
        assert!(
            !self.untagged.contains(&key),
            "`{name}` is `#[serde(untagged)]` and holds itself: each level would be tried once for each variant. \
             Give it a tag, such as `#[serde(tag = \"kind\")]`",
        );
        if let Some(name) = self.names.get(key) {
            return JsonSchema::reference(name);
        }
        let mut name = component_name(name);
        if self.components.contains_key(&name) {
            name = component_name(key);
        }
        while self.components.contains_key(&name) {
            name.push('_'); // two types of one path: defined inside two fns
        }
        self.names.insert(key, name.clone());
        self.components.insert(name.clone(), Value::Null); // keeps the place while the schema refers to itself
        let schema = build(self);
        self.components.insert(name.clone(), schema.into_value());
        self.finish_waiting(&name);
        JsonSchema::reference(&name)
    }

    /// Registers a variant of type `T` that stands beside a tag: `schema` with the tag among its properties
    pub(super) fn tagged<T>(&mut self, tag: &'static str, variant: &'static str, schema: JsonSchema) -> JsonSchema {
        let component = schema.0.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
        let Some(component) = component.map(str::to_owned) else {
            return self.part::<T>(variant, tagged_schema(schema, tag, variant));
        };
        let mut beside = schema;
        beside.0.shift_remove("$ref");
        let part = self.part::<T>(variant, JsonSchema::any());
        let name = part.0.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
        let name = name.unwrap_or_default().to_owned();
        self.waiting.push(Waiting { component: component.clone(), part: name, tag, variant, beside });
        self.finish_waiting(&component);
        part
    }

    /// Builds the variants that wait for a component, if that is there by now
    fn finish_waiting(&mut self, component: &str) {
        let Some(Value::Object(schema)) = self.components.get(component).cloned() else { return };
        let (ready, waiting) =
            std::mem::take(&mut self.waiting).into_iter().partition(|waiting| waiting.component == component);
        self.waiting = waiting;
        let ready: Vec<Waiting> = ready;
        for Waiting { part, tag, variant, beside, .. } in ready {
            let mut whole = schema.clone();
            whole.extend(beside.0);
            self.components.insert(part, tagged_schema(JsonSchema(whole), tag, variant).into_value());
        }
    }

    /// Registers a part of type `T`, such as a variant, behind the name that `T` has
    pub(super) fn part<T>(&mut self, part: &str, schema: JsonSchema) -> JsonSchema {
        let whole = self.names.get(std::any::type_name::<T>()).map_or("", String::as_str);
        let mut name = component_name(&format!("{whole}_{part}"));
        while self.components.contains_key(&name) {
            name.push('_');
        }
        self.components.insert(name.clone(), schema.into_value());
        JsonSchema::reference(&name)
    }

    /// Builds an untagged union, which must not hold itself
    pub(super) fn untagged<T>(&mut self, build: impl FnOnce(&mut Self) -> JsonSchema) -> JsonSchema {
        self.untagged.push(std::any::type_name::<T>());
        let schema = build(self);
        self.untagged.pop();
        schema
    }

    /// Registers a schema that belongs to no type, such as an error's body
    ///
    /// Where something else has the name already, `_` is added to it.
    pub fn named(&mut self, name: &str, schema: JsonSchema) -> JsonSchema {
        let (mut name, schema) = (name.to_owned(), schema.into_value());
        while self.components.get(&name).is_some_and(|other| *other != schema) {
            name.push('_');
        }
        let reference = JsonSchema::reference(&name);
        self.components.insert(name, schema);
        reference
    }

    /// The schema of `T` itself instead of a reference to it: a group of parameters is no component
    pub(crate) fn inline<T: super::Schema>(&mut self) -> JsonSchema {
        let key = std::any::type_name::<T>();
        let is_component = self.names.contains_key(key);
        let schema = T::schema(&super::Rules::NONE, self);
        match self.names.get(key) {
            None => schema,
            Some(name) => {
                let schema = self.components.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
                if !is_component {
                    self.components.shift_remove(name);
                    self.names.remove(key);
                }
                JsonSchema(schema)
            }
        }
    }

    /// Says that serde alone would let something pass that the schema refuses (a set drops duplicates silently),
    /// so that a body of this type is always diagnosed
    pub fn mark_lossy(&mut self) {
        self.lossy = true;
    }

    /// Says that the files of a form must be held in memory
    pub(crate) fn mark_files_in_memory(&mut self) {
        self.files_in_memory = true;
    }

    /// Whether `T` is or holds a file that must be in memory; asked once, when the app is built
    pub(crate) fn files_in_memory<T: super::Schema>() -> bool {
        let mut generator = Self::default();
        T::schema(&super::Rules::NONE, &mut generator);
        generator.files_in_memory
    }

    /// Whether a type that was built so far is marked: [`mark_lossy`](Self::mark_lossy)
    pub fn is_lossy(&self) -> bool {
        self.lossy
    }

    /// Whether bodies of type `T` must always be diagnosed; asked once, when the app is built
    pub fn lossy<T: super::Schema>() -> bool {
        let mut generator = Self::default();
        T::schema(&super::Rules::NONE, &mut generator);
        generator.lossy
    }

    /// The components, for `components.schemas`
    pub fn into_components(self) -> Map<String, Value> {
        self.components
    }

    /// The components so far
    pub fn components(&self) -> &Map<String, Value> {
        &self.components
    }
}

/// Only what OpenAPI allows in a component's name: `[A-Za-z0-9._-]`
fn component_name(text: &str) -> String {
    let name: String = text
        .replace("::", "__")
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' })
        .collect();
    name.trim_matches('_').to_owned()
}

/// A type's name without its modules: `shop::Page<shop::UserOut>` is `Page_UserOut`
pub(crate) fn plain_name(type_name: &str) -> String {
    let mut name = String::new();
    for part in type_name.split(['<', '>', ',', ' ', '(', ')', '[', ']', ';', '&']) {
        let last = part.rsplit("::").next().unwrap_or(part);
        if !last.is_empty() {
            if !name.is_empty() {
                name.push('_');
            }
            name.push_str(last);
        }
    }
    component_name(&name)
}
