//! The notebook in which everything that an operation takes and answers describes itself.

use std::any::TypeId;
use std::borrow::Cow;
use std::collections::BTreeMap;

use http::{HeaderName, StatusCode};
use serde_json::{Map, Value};

use super::body::BodyDoc;
use super::security::Requirements;
use super::validators::Validators;
use super::{DocumentStyle, ParameterDoc, ResponseDoc};
use crate::error::{ApiError, ErrorCase};
use crate::params::file::FormSpec;
use crate::params::{Meta, Source, Style};
use crate::schema::{Generator, JsonSchema, Schema};
use crate::security::SecurityScheme;

/// One operation on its way into the document
#[derive(Debug)]
pub struct OperationDoc<'g> {
    pub(super) generator: &'g mut Generator,
    schemes: &'g mut Map<String, Value>,
    pub(super) parameters: Vec<ParameterDoc>,
    pub(super) form: FormSpec,
    pub(super) body: BodyDoc,
    pub(super) responses: BTreeMap<u16, ResponseDoc>,
    pub(super) errors: Vec<ErrorCase>,
    pub(super) security: Requirements,
    uses: Vec<Use>,
    takes_raw_body: bool,
    states: Vec<(TypeId, &'static str)>,
    taken: Vec<TypeId>,
    path_names: Vec<String>,
    pub(super) problems: Vec<String>,
    pub(super) validates: bool,
    lossy: bool,
    /// Source and name of each parameter outside of groups
    pub(super) singles: Vec<(&'static str, String)>,
    /// The same of each one inside a group
    pub(super) grouped: Vec<(&'static str, String)>,
    pub(super) strict_groups: bool,
    pub(super) unknown: Unknown,
    /// How many dependencies were entered, and which one is being described; 0 is the operation itself
    entered: usize,
    depth: usize,
    websocket_takers: usize,
    events: Vec<(TypeId, &'static str)>,
    pub(super) validators: Validators,
}

/// How often an operation asks for a dependency
#[derive(Clone, Debug, PartialEq, Eq)]
struct Use {
    provider: TypeId,
    count: usize,
    is_security: bool,
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
            form: FormSpec::default(),
            body: BodyDoc::default(),
            responses: BTreeMap::new(),
            errors: Vec::new(),
            security: Requirements::default(),
            uses: Vec::new(),
            takes_raw_body: false,
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
            entered: 0,
            depth: 0,
            websocket_takers: 0,
            events: Vec::new(),
            validators: Validators::default(),
        }
    }

    /// Where schemas are made and named ones registered
    pub fn generator(&mut self) -> &mut Generator {
        self.generator
    }

    /// Adds a parameter; the same one, taken twice, stands once
    pub fn parameter(&mut self, parameter: ParameterDoc) {
        let single = match parameter.style {
            Style::DeepObject => format!("{}[", parameter.name), // what its keys begin with
            _ => parameter.name.clone(),
        };
        self.singles.push((parameter.source.as_str(), single));
        self.add_parameter(parameter);
    }

    fn add_parameter(&mut self, mut parameter: ParameterDoc) {
        self.validates = true;
        parameter.depth = self.depth;
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
            let description = schema.get("description").and_then(Value::as_str).map(str::to_owned);
            let deprecated = schema.get("deprecated").is_some_and(|value| value == true);
            let wire_name = if source == Source::Header { name.replace('_', "-") } else { name.clone() };
            self.grouped.push((source.as_str(), wire_name.clone()));
            self.add_parameter(ParameterDoc {
                required: required.contains(&name.as_str()) || source == Source::Path,
                description,
                deprecated,
                hidden: meta.hidden,
                ..ParameterDoc::plain(source, wire_name, JsonSchema(schema.clone()))
            });
        }
    }

    /// Says that serde alone would let something pass that a schema refuses, so that the input is always diagnosed
    pub fn always_diagnose(&mut self) {
        self.lossy = true;
    }

    /// Says that its answer is kept for everyone, and tells the headers that it hangs on
    pub(crate) fn kept_for_everyone(&mut self) -> Vec<HeaderName> {
        if !self.security.is_empty() {
            self.problem("it reads a credential, so its answer is not for everyone: take `cache(…)` away");
        }
        if self.parameters.iter().any(|one| one.source == Source::Cookie) {
            self.problem("it reads a cookie, so its answer is not for everyone: take `cache(…)` away");
        }
        self.adorn_response(StatusCode::OK, |answer| {
            answer
                .with_header("Cache-Control", "For how long the answer may be kept, by anybody")
                .with_header("ETag", "What the answer is called, for `If-None-Match`")
                .with_header_of::<u64>("Age", "For how many seconds it has been kept")
        });
        if matches!(self.generator.style, DocumentStyle::Exact) {
            self.response(StatusCode::NOT_MODIFIED, ResponseDoc::empty().description("The client has it"));
        }
        let headers = self.parameters.iter().filter(|one| one.source == Source::Header);
        headers.filter_map(|one| one.name.parse().ok()).collect()
    }

    /// Says that it answers 503 when the app is at a limit
    pub(crate) fn overload(&mut self) {
        self.errors.push(super::write::framework_case(503, "overloaded", "Too much work is waiting; try again later"));
    }

    /// Adds a successful answer
    pub fn response(&mut self, status: StatusCode, response: ResponseDoc) {
        let response = self.worded(response);
        self.responses.insert(status.as_u16(), response);
    }

    /// FastAPI does not know what a type sets besides its body
    fn worded(&self, response: ResponseDoc) -> ResponseDoc {
        match self.generator.style {
            DocumentStyle::Exact => response,
            DocumentStyle::FastApi => response.without_headers(),
        }
    }

    /// Changes an answer that has been added
    pub fn adorn_response(&mut self, status: StatusCode, change: impl FnOnce(ResponseDoc) -> ResponseDoc) {
        if let Some(response) = self.responses.remove(&status.as_u16()) {
            let response = self.worded(change(response));
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
        self.security.add(T::NAME, required);
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
        self.security.require_scope(scope);
    }

    pub(crate) fn scopes(&self) -> &[String] {
        self.security.scopes()
    }

    /// Says that an argument takes the WebSocket
    pub(crate) fn takes_websocket(&mut self) {
        self.websocket_takers += 1;
    }

    pub(crate) fn websocket_takers(&self) -> usize {
        self.websocket_takers
    }

    /// Says that an argument is an event
    pub(crate) fn takes_event(&mut self, event: TypeId, name: &'static str) {
        self.events.push((event, name));
    }

    /// The events that it and what it depends on take
    pub(crate) fn events(&self) -> &[(TypeId, &'static str)] {
        &self.events
    }

    /// What it takes that only a request can have
    pub(crate) fn read_of_request(&self) -> Option<String> {
        let parameter = self.parameters.first().map(|one| format!("the {} `{}`", one.source.as_str(), one.name));
        let credential = || (!self.security.is_empty()).then(|| "a credential".to_owned());
        let body = || (self.takes_raw_body || !self.body.is_empty()).then(|| "a body".to_owned());
        let socket = || (self.websocket_takers > 0).then(|| "a WebSocket".to_owned());
        parameter.or_else(credential).or_else(body).or_else(socket)
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
    pub(crate) fn enter_dependency(&mut self, provider: TypeId, is_security: bool) -> bool {
        match self.uses.iter_mut().find(|other| other.provider == provider) {
            Some(other) => {
                other.count += 1;
                false
            }
            None => {
                self.uses.push(Use { provider, count: 1, is_security });
                true
            }
        }
    }

    /// Describes a dependency: what it takes stands behind what the operation itself takes, as FastAPI has it
    pub(crate) fn inside_dependency(&mut self, describe: impl FnOnce(&mut Self)) {
        let outside = self.depth;
        self.entered += 1;
        self.depth = self.entered;
        describe(self);
        self.depth = outside;
    }

    /// Notes that the operation takes the body unread, and away from whoever comes after
    pub(crate) fn takes_raw_body(&mut self, meta: &Meta) {
        self.takes_raw_body = true;
        let added = self.body.add_raw(meta);
        self.problems.extend(added.err());
    }

    /// Describes dependencies that are made at the same time, and refuses what they would both have to make
    pub(crate) fn join(&mut self, is_security: bool, branches: &mut [&mut dyn FnMut(&mut Self)]) {
        let before = self.uses.clone();
        // Those about security are made before what merely stands before them.
        let is_made =
            |provider| before.iter().any(|made| made.provider == provider && (made.is_security || !is_security));
        let raw_before = self.takes_raw_body;
        let mut taken: Vec<TypeId> = Vec::new();
        for branch in branches {
            let counts = self.uses.clone();
            branch(self);
            let new = |one: &&Use| !counts.contains(one) && !is_made(one.provider);
            let new: Vec<TypeId> = self.uses.iter().filter(new).map(|one| one.provider).collect();
            if new.iter().any(|provider| taken.contains(provider)) {
                self.problem(
                    "two dependencies of a `Join` take the same one, so that they are not independent: take that one \
                     before, as an argument of its own",
                );
            }
            taken.extend(new);
        }
        if self.takes_raw_body && !raw_before {
            self.problem("a dependency of a `Join` takes the unread body: take it outside of the `Join`");
        }
    }

    /// The dependencies that are asked for more than once
    pub(crate) fn shared_dependencies(&self) -> Vec<TypeId> {
        self.uses.iter().filter(|one| one.count > 1).map(|one| one.provider).collect()
    }

    pub(crate) fn states(&self) -> &[(TypeId, &'static str)] {
        &self.states
    }

    /// Documents the placeholders of the path that no argument reads, as OpenAPI demands
    pub(crate) fn read_all(&mut self, placeholders: &[String]) {
        for name in placeholders.iter().filter(|name| !self.path_names.contains(name)) {
            self.parameters.push(ParameterDoc::plain(Source::Path, name.clone(), JsonSchema::of("string")));
        }
    }

    pub(crate) fn path_names(&self) -> &[String] {
        &self.path_names
    }

    /// Says why the operation cannot be built; the app then does not start
    pub fn problem(&mut self, problem: impl Into<String>) {
        self.problems.push(problem.into());
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
}
