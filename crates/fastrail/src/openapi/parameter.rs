//! One parameter of an operation.

use serde_json::{Map, Value};

use super::example::{NamedExamples, examples};
use super::title_case;
use crate::params::{Meta, Source, Style};
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
    pub(super) examples: ExampleDocs,
    pub(crate) style: Style,
    /// 0 for the operation's own, else the number of the dependency that takes it
    pub(super) depth: usize,
}

impl ParameterDoc {
    /// The parameter that `meta` names, with the schema of its type
    pub fn new(source: Source, meta: &Meta, schema: JsonSchema, required: bool) -> Self {
        Self {
            name: meta.name.to_owned(),
            source,
            required: required || source == Source::Path,
            schema: described(schema, meta),
            description: meta.description.map(str::to_owned),
            deprecated: meta.deprecated,
            hidden: meta.hidden,
            examples: ExampleDocs::of(meta),
            style: Style::Form,
            depth: 0,
        }
    }

    /// A required parameter of which nothing is known but its schema
    pub(super) fn plain(source: Source, name: String, schema: JsonSchema) -> Self {
        Self {
            schema: titled(schema, None, &name),
            name,
            source,
            required: true,
            description: None,
            deprecated: false,
            hidden: false,
            examples: ExampleDocs::default(),
            style: Style::Form,
            depth: 0,
        }
    }

    /// Says how a list or a struct is written into the query
    #[must_use]
    pub fn styled(mut self, style: Style) -> Self {
        self.style = style;
        self
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
        if let Some((style, explode)) = self.style.in_openapi() {
            value.insert("style".into(), style.into());
            value.insert("explode".into(), explode.into());
        }
        value.insert("schema".into(), self.schema.into_value());
        self.examples.write(&mut value);
        Value::Object(value)
    }
}

/// The examples of one argument: several with names, or a single one
#[derive(Clone, Debug, Default)]
pub(super) struct ExampleDocs {
    single: Option<Value>,
    named: NamedExamples,
}

impl ExampleDocs {
    pub(super) fn of(meta: &Meta) -> Self {
        let named = meta.openapi_examples.map(|examples| examples()).unwrap_or_default();
        Self { single: meta.example.map(|example| example()), named }
    }

    /// As the keyword `examples` of a schema, which knows values only; `None` where there is none
    pub(super) fn values(self) -> Option<Vec<Value>> {
        let named = self.named.into_iter().filter_map(|(_, example)| example.into_value());
        let values: Vec<Value> = self.single.into_iter().chain(named).collect();
        (!values.is_empty()).then_some(values)
    }

    /// Writes `examples`, else `example`: the two exclude each other (OpenAPI 3.1 §4.8.12.2)
    pub(super) fn write(self, value: &mut Map<String, Value>) {
        if !self.named.is_empty() {
            value.insert("examples".into(), examples(self.named));
        } else if let Some(example) = self.single {
            value.insert("example".into(), example);
        }
    }
}

/// Says of a schema what is said of its parameter, as FastAPI does, for generators that look only here
pub(super) fn described(schema: JsonSchema, meta: &Meta) -> JsonSchema {
    titled(schema, meta.title, meta.name)
        .with_some("description", meta.description)
        .with_some("deprecated", meta.deprecated.then_some(true))
        .with_some("examples", meta.examples.map(|examples| examples()))
}

/// Titles a schema: as it was told, else after the name; a reference leads to a title of its own
fn titled(schema: JsonSchema, title: Option<&str>, name: &str) -> JsonSchema {
    match title {
        Some(title) => schema.with("title", title),
        None if schema.0.contains_key("$ref") => schema,
        None => schema.or_with("title", title_case(name)),
    }
}
