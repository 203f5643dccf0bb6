//! The notebook in which everything that an operation takes and answers describes itself.

use std::any::TypeId;
use std::borrow::Cow;
use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::parameter::titled;
use super::response::{any_error_response, error_responses};
use super::{ParameterDoc, ResponseDoc};
use crate::error::{ApiError, ErrorCase, ErrorFormat};
use crate::params::{Meta, Source};
use crate::schema::{Generator, JsonSchema, Schema};
use crate::security::SecurityScheme;

/// One operation on its way into the document
#[derive(Debug)]
pub struct OperationDoc<'g> {
    generator: &'g mut Generator,
    schemes: &'g mut Map<String, Value>,
    parameters: Vec<ParameterDoc>,
    form_fields: Vec<ParameterDoc>,
    body: Option<Value>,
    responses: BTreeMap<u16, ResponseDoc>,
    errors: Vec<ErrorCase>,
    security: Vec<&'static str>,
    scopes: Vec<String>,
    uses: Vec<(TypeId, usize)>,
    states: Vec<(TypeId, &'static str)>,
    taken: Vec<TypeId>,
    path_names: Vec<String>,
    problems: Vec<String>,
    validates: bool,
    lossy: bool,
    /// Source and name of each parameter outside of groups
    singles: Vec<(&'static str, String)>,
    /// The same of each one inside a group
    grouped: Vec<(&'static str, String)>,
    strict_groups: bool,
    unknown: Unknown,
}

/// What an operation can answer beyond what its types tell
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Unknown {
    /// Any error: it returns `fastrail::Error`, or an extractor rejects by itself
    pub(crate) errors: bool,
    /// Any status at all: it builds its response by itself
    pub(crate) statuses: bool,
}

impl<'g> OperationDoc<'g> {
    pub(crate) fn new(generator: &'g mut Generator, schemes: &'g mut Map<String, Value>) -> Self {
        Self {
            generator,
            schemes,
            parameters: Vec::new(),
            form_fields: Vec::new(),
            body: None,
            responses: BTreeMap::new(),
            errors: Vec::new(),
            security: Vec::new(),
            scopes: Vec::new(),
            uses: Vec::new(),
            states: Vec::new(),
            taken: Vec::new(),
            path_names: Vec::new(),
            problems: Vec::new(),
            validates: false,
            lossy: false,
            singles: Vec::new(),
            grouped: Vec::new(),
            strict_groups: false,
            unknown: Unknown::default(),
        }
    }

    /// Where schemas are made and named ones registered
    pub fn generator(&mut self) -> &mut Generator {
        self.generator
    }

    /// Adds a parameter; the same one, taken twice, stands once
    pub fn parameter(&mut self, parameter: ParameterDoc) {
        self.singles.push((parameter.source.as_str(), parameter.name.clone()));
        self.add_parameter(parameter);
    }

    fn add_parameter(&mut self, parameter: ParameterDoc) {
        self.validates = true;
        if parameter.source == Source::Path {
            self.path_names.push(parameter.name.clone());
        }
        let same =
            |other: &ParameterDoc| other.name == parameter.name && other.source.as_str() == parameter.source.as_str();
        match self.parameters.iter_mut().find(|other| same(other)) {
            Some(other) => other.required |= parameter.required,
            None => self.parameters.push(parameter),
        }
    }

    /// Adds each field of `T` as a parameter
    pub fn parameter_group<T: Schema>(&mut self, source: Source, meta: &Meta) {
        self.validates = true;
        let model = self.generator.inline::<T>().0;
        self.strict_groups |= model.get("additionalProperties") == Some(&Value::Bool(false));
        let required: Vec<&str> =
            model.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, schema) in model.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let Value::Object(schema) = schema else { continue };
            let mut schema = schema.clone();
            let description = schema.remove("description").and_then(|text| text.as_str().map(str::to_owned));
            let deprecated = schema.remove("deprecated").is_some_and(|value| value == true);
            let wire_name = if source == Source::Header { name.replace('_', "-") } else { name.clone() };
            self.grouped.push((source.as_str(), wire_name.clone()));
            self.add_parameter(ParameterDoc {
                required: required.contains(&name.as_str()) || source == Source::Path,
                schema: titled(JsonSchema(schema), None, &wire_name),
                name: wire_name,
                source,
                description,
                deprecated,
                hidden: meta.hidden,
                example: None,
            });
        }
    }

    /// Says that serde alone would let something pass that a schema refuses, so that the input is always diagnosed
    pub fn always_diagnose(&mut self) {
        self.lossy = true;
    }

    /// Sets the body
    pub fn body(&mut self, media_type: &str, schema: JsonSchema, required: bool, meta: &Meta) {
        self.validates = true;
        if self.body.is_some() || !self.form_fields.is_empty() {
            self.problems.push(format!("it takes two bodies; `{}` is the second", meta.name));
            return;
        }
        self.set_body(media_type, titled(schema, meta.title, meta.name), required, meta.description);
    }

    /// Adds one field of a form
    pub fn form_field(&mut self, field: ParameterDoc) {
        self.validates = true;
        if self.body.is_some() {
            self.problems.push(format!("it takes a body and the form field `{}`", field.name));
            return;
        }
        self.form_fields.push(field);
    }

    fn set_body(&mut self, media_type: &str, schema: JsonSchema, required: bool, description: Option<&str>) {
        let mut body = Map::new();
        if let Some(description) = description {
            body.insert("description".into(), description.into());
        }
        body.insert("content".into(), json!({ media_type: { "schema": schema.into_value() } }));
        if required {
            body.insert("required".into(), true.into());
        }
        self.body = Some(Value::Object(body));
    }

    /// Adds a successful answer
    pub fn response(&mut self, status: StatusCode, response: ResponseDoc) {
        self.responses.insert(status.as_u16(), response);
    }

    /// Changes an answer that has been added
    pub fn adorn_response(&mut self, status: StatusCode, change: impl FnOnce(ResponseDoc) -> ResponseDoc) {
        if let Some(response) = self.responses.remove(&status.as_u16()) {
            let response = change(response);
            self.unknown.statuses |= response.any_status;
            self.responses.insert(status.as_u16(), response);
        }
    }

    /// Adds every answer of an error type
    pub fn errors<E: ApiError>(&mut self) {
        E::describe(&mut self.errors);
    }

    /// Says that errors can be answered that no type tells of: `fastrail::Error`, an extractor's rejection
    ///
    /// The document says so by a `default` answer, where the app's format lists what the framework answers.
    pub fn any_error(&mut self) {
        self.unknown.errors = true;
    }

    /// Says that the operation builds its response by itself, with whatever status
    pub fn any_status(&mut self) {
        self.unknown.statuses = true;
    }

    pub(crate) fn unknown(&self) -> Unknown {
        self.unknown
    }

    /// Adds one error answer
    pub fn error(&mut self, case: ErrorCase) {
        self.errors.push(case);
    }

    /// Adds a security scheme; `required`: it answers 401 by itself when the credential is absent
    pub fn security<T: SecurityScheme>(&mut self, required: bool) {
        self.takes::<T>();
        self.schemes.entry(T::NAME).or_insert_with(T::document);
        if !self.security.contains(&T::NAME) {
            self.security.push(T::NAME);
        }
        if required {
            self.errors.push(ErrorCase {
                status: StatusCode::UNAUTHORIZED,
                code: Cow::Borrowed("not_authenticated"),
                message: Cow::Borrowed("Not authenticated"),
                headers: &["WWW-Authenticate"],
                format: None,
            });
        }
    }

    /// Says that the caller needs a scope; it stands with every scheme of the operation
    pub fn requires_scope(&mut self, scope: &str) {
        if !self.scopes.iter().any(|other| other == scope) {
            self.scopes.push(scope.to_owned());
        }
    }

    /// Says that the operation uses a state of the app
    pub fn needs_state(&mut self, id: TypeId, name: &'static str) {
        self.states.push((id, name));
    }

    /// Notes that the operation takes a value of this type which an override can replace
    pub(crate) fn takes<T: 'static>(&mut self) {
        self.taken.push(TypeId::of::<T>());
    }

    /// Every type that an override can replace for the operation
    pub(crate) fn taken(&self) -> impl Iterator<Item = TypeId> {
        self.taken.iter().copied().chain(self.states.iter().map(|(id, _)| *id))
    }

    /// Counts a use of a dependency; `true` the first time
    pub(crate) fn enter_dependency(&mut self, provider: TypeId) -> bool {
        match self.uses.iter_mut().find(|(id, _)| *id == provider) {
            Some((_, count)) => {
                *count += 1;
                false
            }
            None => {
                self.uses.push((provider, 1));
                true
            }
        }
    }

    /// The dependencies that are asked for more than once
    pub(crate) fn shared_dependencies(&self) -> Vec<TypeId> {
        self.uses.iter().filter(|(_, count)| *count > 1).map(|(id, _)| *id).collect()
    }

    pub(crate) fn states(&self) -> &[(TypeId, &'static str)] {
        &self.states
    }

    /// Documents the placeholders of the path that no argument reads, as OpenAPI demands
    pub(crate) fn read_all(&mut self, placeholders: &[String]) {
        for name in placeholders.iter().filter(|name| !self.path_names.contains(name)) {
            self.parameters.push(ParameterDoc {
                name: name.clone(),
                source: Source::Path,
                required: true,
                schema: titled(JsonSchema::of("string"), None, name),
                description: None,
                deprecated: false,
                hidden: false,
                example: None,
            });
        }
    }

    pub(crate) fn path_names(&self) -> &[String] {
        &self.path_names
    }

    /// Says why the operation cannot be built; the app then does not start
    pub fn problem(&mut self, problem: impl Into<String>) {
        self.problems.push(problem.into());
    }

    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }

    /// The parameters that are no stranger to a group which refuses strangers; none where no group does
    pub(crate) fn singles(&mut self) -> Vec<(&'static str, String)> {
        let mut singles = if self.strict_groups { std::mem::take(&mut self.singles) } else { Vec::new() };
        singles.retain(|single| !self.grouped.contains(single));
        singles
    }

    pub(crate) fn is_lossy(&self) -> bool {
        self.lossy
    }

    /// Writes the parts that arguments, dependencies and replies have described
    pub(crate) fn write(mut self, operation: &mut Map<String, Value>, format: &dyn ErrorFormat, body_name: &str) {
        if !self.form_fields.is_empty() {
            let required = self.form_fields.iter().any(|field| field.required);
            let schema = form_schema(std::mem::take(&mut self.form_fields), body_name);
            let reference = self.generator.named(body_name, schema);
            self.set_body(crate::params::FORM_MEDIA_TYPE, reference, required, None);
        }
        let parameters: Vec<Value> = std::mem::take(&mut self.parameters)
            .into_iter()
            .filter(|p| !p.hidden)
            .map(ParameterDoc::into_value)
            .collect();
        if !parameters.is_empty() {
            operation.insert("parameters".into(), parameters.into());
        }
        let has_body = self.body.is_some();
        if let Some(body) = self.body.take() {
            operation.insert("requestBody".into(), body);
        }
        let responses = self.write_responses(format, has_body);
        operation.insert("responses".into(), responses);
        if !self.security.is_empty() {
            let security: Vec<Value> = self.security.iter().map(|name| json!({ *name: self.scopes })).collect();
            operation.insert("security".into(), security.into());
        }
    }

    fn write_responses(&mut self, format: &dyn ErrorFormat, has_body: bool) -> Value {
        let mut cases = std::mem::take(&mut self.errors);
        if !format.documents_framework_errors() {
            cases.retain(|case| case.code != "not_authenticated");
        }
        if self.validates {
            cases.push(framework_case(422, "validation_failed", "The request does not fit; every error is listed"));
        }
        if format.documents_framework_errors() {
            if has_body {
                cases.push(framework_case(400, "body_unreadable", "The request body could not be read"));
                cases.push(framework_case(413, "body_too_large", "The body is too large"));
                cases.push(framework_case(
                    415,
                    "unsupported_media_type",
                    "The body has another media type or is compressed",
                ));
            }
            cases.push(framework_case(500, "internal_error", "Internal Server Error"));
        }
        let mut responses = Map::new();
        for (status, response) in std::mem::take(&mut self.responses) {
            responses.insert(status.to_string(), response.into_value());
        }
        for (status, response) in error_responses(&cases, format, self.generator) {
            responses.entry(status.to_string()).or_insert(response);
        }
        if self.unknown.errors && format.documents_framework_errors() {
            responses.insert("default".to_owned(), any_error_response(format, self.generator));
        }
        Value::Object(responses)
    }
}

fn framework_case(status: u16, code: &'static str, message: &'static str) -> ErrorCase {
    ErrorCase {
        status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        code: Cow::Borrowed(code),
        message: Cow::Borrowed(message),
        headers: &[],
        format: None,
    }
}

/// The object whose properties are the fields of a form
fn form_schema(fields: Vec<ParameterDoc>, name: &str) -> JsonSchema {
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
    let required = Value::from(required);
    let properties: Map<String, Value> = fields
        .into_iter()
        .map(|field| (field.name, field.schema.with_some("description", field.description).into_value()))
        .collect();
    let schema = JsonSchema::of("object").with("title", name).with("properties", properties);
    if required.as_array().is_some_and(Vec::is_empty) { schema } else { schema.with("required", required) }
}
