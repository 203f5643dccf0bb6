//! Holds an answer against the document: status, media type and schema.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::TestResponse;
use crate::openapi::documented_path;
use crate::routing::{Endpoint, nameless};

/// A document with the validators of the answers that have been seen
pub(super) struct Contract {
    document: Arc<Value>,
    /// The document's paths by their form without names
    paths: HashMap<String, String>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// What the framework answers by itself, and FastAPI's shape does not document
const OF_THE_FRAMEWORK: [u16; 5] = [400, 401, 413, 415, 500];

impl Contract {
    pub(super) fn new(document: Arc<Value>) -> Self {
        let paths = document.get("paths").and_then(Value::as_object);
        let paths = paths.into_iter().flat_map(Map::keys).map(|path| (nameless(path), path.clone())).collect();
        Self { document, paths, validators: Mutex::new(HashMap::new()) }
    }

    /// Why the answer is not what the document says
    pub(super) fn check(&self, endpoint: &Endpoint, response: &TestResponse) -> Result<(), String> {
        if endpoint.meta.hidden {
            return Ok(());
        }
        let key = nameless(&documented_path(&endpoint.path));
        let method = endpoint.meta.method.as_str().to_ascii_lowercase();
        let found =
            self.paths.get(&key).and_then(|path| Some((path, self.document.get("paths")?.get(path)?.get(&method)?)));
        let Some((path, operation)) = found else {
            return Ok(()); // hidden by its router
        };
        let status = response.status().as_u16();
        let responses = operation.get("responses");
        let range = format!("{}XX", status / 100);
        let known = responses.and_then(|responses| responses.get(status.to_string()).or_else(|| responses.get(range)));
        let default = || responses.and_then(|responses| responses.get("default"));
        let Some(documented) = known.or_else(|| if status >= 400 { default() } else { None }) else {
            if endpoint.unknown.statuses || (endpoint.unknown.errors && status >= 400) {
                return Ok(());
            }
            let known: Vec<&str> = operation
                .get("responses")
                .and_then(Value::as_object)
                .map(|responses| responses.keys().map(String::as_str).collect())
                .unwrap_or_default();
            if !endpoint.errors.format().documents_framework_errors() && OF_THE_FRAMEWORK.contains(&status) {
                return Ok(());
            }
            return Err(format!("the status {status}; documented are {}", known.join(", ")));
        };
        let Some(content) = documented.get("content").and_then(Value::as_object) else { return Ok(()) };
        if response.bytes().is_empty() {
            return Ok(()); // HEAD, 304
        }
        let media_type = response.header(CONTENT_TYPE.as_str()).unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        let Some(entry) = content.get(essence) else {
            let known: Vec<&str> = content.keys().map(String::as_str).collect();
            return Err(format!("the media type `{essence}`; documented are {}", known.join(", ")));
        };
        match entry.get("schema") {
            // The client asked for it compressed, and reads it so.
            Some(_) if response.header(CONTENT_ENCODING.as_str()).is_some() => Ok(()),
            // An error that no type tells of may share a documented status.
            Some(_) if endpoint.unknown.errors && status >= 400 => Ok(()),
            Some(schema) if essence.ends_with("json") => {
                self.check_body(&format!("{method} {path} {status} {essence}"), schema, response)
            }
            _ => Ok(()),
        }
    }

    fn check_body(&self, key: &str, schema: &Value, response: &TestResponse) -> Result<(), String> {
        let validator = self.validator(key, schema)?;
        let body: Value =
            serde_json::from_slice(response.bytes()).map_err(|error| format!("a body that is no JSON: {error}"))?;
        let complaints: Vec<String> =
            validator.iter_errors(&body).map(|error| format!("at `{}`: {error}", error.instance_path())).collect();
        if complaints.is_empty() { Ok(()) } else { Err(complaints.join("; ")) }
    }

    fn validator(&self, key: &str, schema: &Value) -> Result<Arc<Validator>, String> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = validators.get(key) {
            return Ok(Arc::clone(validator));
        }
        let root = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "allOf": [schema],
            "components": self.document.get("components"),
        });
        let validator =
            jsonschema::draft202012::new(&root).map_err(|error| format!("a schema that is none: {error}"))?;
        let validator = Arc::new(validator);
        validators.insert(key.to_owned(), Arc::clone(&validator));
        Ok(validator)
    }
}
