//! From the notebook of an operation to its object in the document.

use std::borrow::Cow;

use http::StatusCode;
use serde_json::{Map, Value};

use super::additions::{Additions, phrase};
use super::errors::{any_error_response, error_responses};
use super::merge::deep_merge;
use super::{OperationDoc, OperationIds, ParameterDoc, title_case};
use crate::error::{ErrorCase, ErrorFormat};
use crate::params::Source;

/// What the writing of an operation needs beside its notebook
pub(super) struct Writing<'a> {
    pub(super) operation_id: &'a str,
    pub(super) format: &'a dyn ErrorFormat,
    pub(super) additions: Additions,
    pub(super) ids: &'a OperationIds,
}

impl OperationDoc<'_> {
    /// Writes what arguments, dependencies, replies and the user have described; answers what is wrong
    pub(super) fn write(mut self, operation: &mut Map<String, Value>, mut writing: Writing<'_>) -> Vec<String> {
        let mut parameters = std::mem::take(&mut self.parameters);
        parameters.sort_by_key(|parameter| (place(parameter.source), parameter.depth));
        let parameters: Vec<Value> =
            parameters.into_iter().filter(|p| !p.hidden).map(ParameterDoc::into_value).collect();
        if !parameters.is_empty() {
            operation.insert("parameters".into(), parameters.into());
        }
        let body_name = format!("Body_{}", writing.operation_id);
        let body = std::mem::take(&mut self.body).into_value(self.generator, &body_name, self.form.media_type());
        let has_body = body.is_some();
        if let Some(body) = body {
            operation.insert("requestBody".into(), body);
        }
        let cases = self.error_cases(&writing, has_body);
        let security = self.security.write(self.errors.iter().any(|case| case.status == StatusCode::UNAUTHORIZED));
        let responses = self.responses(&cases, &mut writing);
        operation.insert("responses".into(), Value::Object(responses));
        if !security.is_empty() {
            operation.insert("security".into(), security.into());
        }
        self.problems.extend(writing.additions.take_problems());
        writing.additions.finish(operation);
        self.problems
    }

    /// What can go wrong: as the types say, and by the framework itself
    fn error_cases(&self, writing: &Writing<'_>, has_body: bool) -> Vec<ErrorCase> {
        let documents_framework = writing.format.documents_framework_errors();
        let mut cases = self.errors.clone();
        if !documents_framework {
            cases.retain(|case| case.code != "not_authenticated");
        }
        if self.validates && !writing.additions.has_response("422") {
            cases.push(framework_case(422, "validation_failed", writing.format.validation_description()));
        }
        if documents_framework {
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
        cases
    }

    /// What the types answer, the errors, and over them what the user has written
    fn responses(&mut self, cases: &[ErrorCase], writing: &mut Writing<'_>) -> Map<String, Value> {
        let title = title_case(&format!("Response_{}", writing.operation_id));
        let mut problems = Vec::new();
        let mut responses = Map::new();
        for (status, mut response) in std::mem::take(&mut self.responses) {
            if let Some(description) = &writing.additions.response_description {
                response.description = Some(description.clone());
            }
            response.description.get_or_insert_with(|| "Successful Response".to_owned());
            let response = response.into_value(&title, self.generator, writing.ids, &mut problems);
            responses.insert(status.to_string(), Value::Object(response));
        }
        for (status, response) in error_responses(cases, writing.format, self.generator) {
            responses.entry(status.to_string()).or_insert(response);
        }
        if self.unknown.errors && writing.format.documents_framework_errors() {
            responses.insert("default".to_owned(), any_error_response(writing.format, self.generator));
        }
        for (status, response) in writing.additions.take_responses() {
            let title = title_case(&format!("Response_{status}_{}", writing.operation_id));
            let written = response.into_value(&title, self.generator, writing.ids, &mut problems);
            let known = responses.entry(status.clone()).or_insert_with(|| Map::new().into());
            lay_over(known, written, phrase(&status));
        }
        self.problems.append(&mut problems);
        responses
    }
}

/// Merges a written answer over a known one; a written schema takes the whole place of the known one
fn lay_over(known: &mut Value, written: Map<String, Value>, phrase: &str) {
    for (media_type, entry) in written.get("content").and_then(Value::as_object).into_iter().flatten() {
        if entry.get("schema").is_some()
            && let Some(entry) = known.pointer_mut("/content").and_then(|content| content.get_mut(media_type))
            && let Value::Object(entry) = entry
        {
            entry.remove("schema");
        }
    }
    deep_merge(known, Value::Object(written));
    if let Value::Object(known) = known {
        known.entry("description").or_insert_with(|| phrase.into());
    }
}

/// The order in which FastAPI lists parameters
fn place(source: Source) -> u8 {
    match source {
        Source::Path => 0,
        Source::Auto | Source::Query => 1,
        Source::Header => 2,
        Source::Cookie => 3,
        Source::Form | Source::File | Source::Body => 4,
    }
}

pub(super) fn framework_case(status: u16, code: &'static str, message: &'static str) -> ErrorCase {
    ErrorCase {
        status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        code: Cow::Borrowed(code),
        message: Cow::Borrowed(message),
        headers: &[],
        format: None,
    }
}
