//! The body of an operation: one argument's, or the fields of several put together.
//!
//! As in FastAPI, several arguments make a component `Body_<operationId>` with a property for each.

use serde_json::{Map, Value, json};

use super::parameter::{ExampleDocs, described};
use super::{OperationDoc, ParameterDoc};
use crate::params::file::{FormField, FormSpec};
use crate::params::{FileRules, Meta, Source};
use crate::schema::{Generator, JsonSchema, Schema};

/// The media type of a body that several arguments may share
const JSON: &str = "application/json";

/// What the arguments of one operation read from its body
#[derive(Debug, Default)]
pub(crate) struct BodyDoc {
    /// What reads the body as a whole, in a media type of its own
    whole: Option<Value>,
    /// The name of the one that reads bytes
    raw: Option<String>,
    json: Vec<ParameterDoc>,
    embed: bool,
    form: Vec<FormPart>,
}

/// A field of a form, or several
#[derive(Debug)]
enum FormPart {
    Field(ParameterDoc),
    Model(FormModel),
}

/// A struct whose fields are those of a form
#[derive(Debug)]
struct FormModel {
    /// Its schema itself, and the fn that registers it as a component
    inline: JsonSchema,
    component: fn(&mut Generator) -> JsonSchema,
    required: bool,
    description: Option<&'static str>,
    examples: ExampleDocs,
}

impl OperationDoc<'_> {
    /// Adds an argument that reads the JSON body: all of it, or, where others do too, the field of its name
    ///
    /// `embed` asks for a field though it is the only one.
    pub fn body_field(&mut self, field: ParameterDoc, embed: bool) {
        self.validates = true;
        let added = self.body.add_json(field, embed);
        self.problems.extend(added.err());
    }

    /// Sets a body of another media type, which one argument reads as a whole
    pub fn body(&mut self, media_type: &str, schema: JsonSchema, required: bool, meta: &Meta) {
        self.validates = true;
        let added = self.body.add_whole(media_type, schema, required, meta);
        self.problems.extend(added.err());
    }

    /// Sets a body that is read by the operation itself
    pub(crate) fn raw_body(&mut self, media_type: &str, schema: JsonSchema, meta: &Meta) {
        let added = self.body.add_whole(media_type, schema, true, meta);
        self.problems.extend(added.err());
    }

    /// Adds one field of a form
    pub fn form_field(&mut self, field: ParameterDoc) {
        self.form.add(FormField { name: field.name.clone(), file: None, in_memory: false });
        self.add_form_field(field);
    }

    /// Adds one field of a form that is a file
    pub(crate) fn file_field(&mut self, mut field: ParameterDoc, rules: FileRules, in_memory: bool) {
        self.form.add(FormField { name: field.name.clone(), file: Some(rules), in_memory });
        if let [content_type] = rules.content_types {
            field.schema = field.schema.with_content_type(content_type);
        }
        self.add_form_field(field);
    }

    fn add_form_field(&mut self, field: ParameterDoc) {
        self.validates = true;
        self.singles.push((field.source.as_str(), field.name.clone()));
        let added = self.body.add_form_field(field);
        self.problems.extend(added.err());
    }

    /// Adds the fields of `T`, with files or without, to a form
    pub(crate) fn form_model<T: Schema>(&mut self, required: bool, meta: &Meta) {
        self.validates = true;
        let model = self.generator.inline::<T>();
        self.form.add_model(&model, Generator::files_in_memory::<T>());
        self.strict_groups |= model.0.get("additionalProperties") == Some(&Value::Bool(false));
        for name in model.0.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys) {
            self.grouped.push((Source::Form.as_str(), name.clone()));
        }
        let added = self.body.add_form_model::<T>(model, required, meta);
        self.problems.extend(added.err());
    }

    /// The fields of the form, if there is one
    pub(crate) fn form(&self) -> Option<FormSpec> {
        if self.form.fields.is_empty() { None } else { Some(self.form.clone()) }
    }

    /// The fields of a JSON body that several arguments share; empty where one reads all of it
    pub(crate) fn merged_body(&self) -> Vec<String> {
        self.body.merged()
    }
}

impl BodyDoc {
    /// Adds an argument that reads JSON: the body, or the field of its name
    fn add_json(&mut self, field: ParameterDoc, embed: bool) -> Result<(), String> {
        if self.whole.is_some() || !self.form.is_empty() {
            return Err(two_bodies(&field.name));
        }
        self.embed |= embed;
        match self.json.iter_mut().find(|other| other.name == field.name) {
            None => self.json.push(field),
            Some(other) if other.schema == field.schema => other.required |= field.required,
            Some(_) => {
                return Err(format!(
                    "two arguments read the body's field `{0}` as different types; give one of them another name, \
                     such as `#[body(alias = \"{0}_2\")]`",
                    field.name
                ));
            }
        }
        Ok(())
    }

    /// Adds one field of a form; the same one, taken twice, stands once
    fn add_form_field(&mut self, field: ParameterDoc) -> Result<(), String> {
        if self.whole.is_some() || !self.json.is_empty() {
            return Err(two_bodies(&field.name));
        }
        let same = self.form.iter_mut().find_map(|part| match part {
            FormPart::Field(other) if other.name == field.name => Some(other),
            _ => None,
        });
        match same {
            Some(other) => other.required |= field.required,
            None => self.form.push(FormPart::Field(field)),
        }
        Ok(())
    }

    /// Adds the fields of a struct to the form
    fn add_form_model<T: Schema>(&mut self, inline: JsonSchema, required: bool, meta: &Meta) -> Result<(), String> {
        if self.whole.is_some() || !self.json.is_empty() {
            return Err(two_bodies(meta.name));
        }
        let component: fn(&mut Generator) -> JsonSchema = |generator| T::schema(&crate::schema::Rules::NONE, generator);
        self.form.push(FormPart::Model(FormModel {
            inline,
            component,
            required,
            description: meta.description,
            examples: ExampleDocs::of(meta),
        }));
        Ok(())
    }

    /// Adds an argument that reads all of the body in another media type
    fn add_whole(&mut self, media_type: &str, schema: JsonSchema, required: bool, meta: &Meta) -> Result<(), String> {
        if self.whole.is_some() || !self.json.is_empty() || !self.form.is_empty() {
            return Err(two_bodies(meta.name));
        }
        let schema = described(schema, meta);
        self.whole = Some(request_body(media_type, schema, required, meta.description, ExampleDocs::of(meta)));
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.whole.is_none() && self.raw.is_none() && self.json.is_empty() && self.form.is_empty()
    }

    /// Notes an argument that takes the body's bytes away, whatever they are
    pub(super) fn add_raw(&mut self, meta: &Meta) -> Result<(), String> {
        match self.raw.replace(meta.name.to_owned()) {
            None => Ok(()),
            Some(first) => Err(format!("`{first}` has taken the body away, so `{}` would get nothing", meta.name)),
        }
    }

    /// The fields of the object that several arguments share; none where one argument reads the whole body
    fn merged(&self) -> Vec<String> {
        if self.embed || self.json.len() > 1 {
            self.json.iter().map(|field| field.name.clone()).collect()
        } else {
            Vec::new()
        }
    }

    /// `requestBody`; `name` is that of the component that several arguments make, `form` the media type of a form
    pub(super) fn into_value(mut self, generator: &mut Generator, name: &str, form: &str) -> Option<Value> {
        if self.whole.is_some() {
            return self.whole;
        }
        if !self.merged().is_empty() {
            return Some(put_together(JSON, self.json.into_iter().map(FormPart::Field), generator, name));
        }
        if let Some(field) = self.json.pop() {
            return Some(request_body(
                JSON,
                field.schema,
                field.required,
                field.description.as_deref(),
                field.examples,
            ));
        }
        if let [FormPart::Model(model)] = &self.form[..] {
            let schema = (model.component)(generator);
            return Some(request_body(form, schema, model.required, model.description, model.examples.clone()));
        }
        if self.form.is_empty() { None } else { Some(put_together(form, self.form.into_iter(), generator, name)) }
    }
}

fn two_bodies(second: &str) -> String {
    format!("it takes two bodies of different media types; `{second}` is the second")
}

fn request_body(
    media_type: &str,
    schema: JsonSchema,
    required: bool,
    description: Option<&str>,
    examples: ExampleDocs,
) -> Value {
    let mut body = Map::new();
    if let Some(description) = description {
        body.insert("description".into(), description.into());
    }
    let mut entry = Map::from_iter([("schema".to_owned(), schema.into_value())]);
    examples.write(&mut entry);
    body.insert("content".into(), json!({ media_type: entry }));
    if required {
        body.insert("required".into(), true.into());
    }
    Value::Object(body)
}

/// A body whose schema is a component with a property for each field; required where one of them is
fn put_together(
    media_type: &str,
    parts: impl Iterator<Item = FormPart>,
    generator: &mut Generator,
    name: &str,
) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::<Value>::new());
    let mut closed = false;
    for part in parts {
        match part {
            FormPart::Field(field) => {
                if field.required {
                    required.push(field.name.clone().into());
                }
                let schema = match field.examples.values() {
                    Some(examples) => field.schema.or_with("examples", examples),
                    None => field.schema,
                };
                properties.insert(field.name, schema.into_value());
            }
            FormPart::Model(model) => {
                let mut schema = model.inline.0;
                closed |= schema.get("additionalProperties") == Some(&Value::Bool(false));
                if let Some(Value::Object(fields)) = schema.remove("properties") {
                    properties.extend(fields);
                }
                if let Some(Value::Array(names)) = schema.remove("required") {
                    required.extend(names);
                }
            }
        }
    }
    let is_required = !required.is_empty();
    let mut schema = JsonSchema::of("object").with("title", name).with("properties", properties);
    if is_required {
        schema = schema.with("required", required);
    }
    if closed {
        schema = schema.with("additionalProperties", false);
    }
    let reference = generator.named(name, schema);
    request_body(media_type, reference, is_required, None, ExampleDocs::default())
}
