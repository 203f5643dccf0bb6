//! What a user writes about operations beyond what their types say: at the operation, its routers and the app.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::response::ResponseDoc;
use super::{ExternalDocs, deep_merge};
use crate::routing::Route;

/// What is added to an operation's place in the document
#[derive(Clone, Debug, Default)]
pub struct Additions {
    responses: Vec<(String, ResponseDoc)>,
    pub(super) response_description: Option<String>,
    pub(super) callbacks: Vec<Route>,
    external_docs: Option<ExternalDocs>,
    extra: Map<String, Value>,
    problems: Vec<String>,
}

impl Additions {
    /// Documents an answer, in place of one for the same status that was added before
    #[must_use]
    pub fn response(mut self, status: impl Into<StatusKey>, response: impl Into<ResponseDoc>) -> Self {
        match status.into().0 {
            Ok(status) => self.set_response(status, response.into()),
            Err(wrong) => self.problems.push(format!(
                "`{wrong}` is no status of an answer: write a number from 100 to 599, `2XX` to `5XX`, or `default`"
            )),
        }
        self
    }

    fn set_response(&mut self, status: String, response: ResponseDoc) {
        self.responses.retain(|(other, _)| *other != status);
        self.responses.push((status, response));
    }

    /// Describes the success
    #[must_use]
    pub fn response_description(mut self, description: impl Into<String>) -> Self {
        self.response_description = Some(description.into());
        self
    }

    /// Documents requests that the API makes because of this one
    #[must_use]
    pub fn callbacks(mut self, routes: Vec<Route>) -> Self {
        self.callbacks.extend(routes);
        self
    }

    /// Points to more
    #[must_use]
    pub fn external_docs(mut self, docs: impl Into<ExternalDocs>) -> Self {
        self.external_docs = Some(docs.into());
        self
    }

    /// Merges an object into the operation
    #[must_use]
    pub fn extra(mut self, extra: Value) -> Self {
        match extra {
            Value::Object(extra) => self.extra.extend(extra),
            other => self.problems.push(format!("`extra` is an object, not {other}")),
        }
        self
    }

    /// Lays what stands nearer to the operation over this
    pub(crate) fn under(mut self, nearer: Self) -> Self {
        for (status, response) in nearer.responses {
            self.set_response(status, response);
        }
        self.callbacks.extend(nearer.callbacks);
        self.problems.extend(nearer.problems);
        let mut extra = Value::Object(self.extra);
        deep_merge(&mut extra, Value::Object(nearer.extra));
        self.extra = match extra {
            Value::Object(extra) => extra,
            _ => Map::new(),
        };
        self.response_description = nearer.response_description.or(self.response_description);
        self.external_docs = nearer.external_docs.or(self.external_docs);
        self
    }

    pub(super) fn take_responses(&mut self) -> Vec<(String, ResponseDoc)> {
        std::mem::take(&mut self.responses)
    }

    pub(super) fn take_problems(&mut self) -> Vec<String> {
        std::mem::take(&mut self.problems)
    }

    /// Whether an answer of this status is documented, by itself or within a range
    pub(super) fn has_response(&self, status: &str) -> bool {
        let range = status.get(..1).map(|first| format!("{first}XX")).unwrap_or_default();
        self.responses.iter().any(|(key, _)| key == status || *key == range || key == "default")
    }

    /// Writes what is not about answers
    pub(super) fn finish(self, operation: &mut Map<String, Value>) {
        if let Some(docs) = self.external_docs {
            operation.insert("externalDocs".into(), json!(docs));
        }
        let mut merged = Value::Object(std::mem::take(operation));
        deep_merge(&mut merged, Value::Object(self.extra));
        if let Value::Object(merged) = merged {
            *operation = merged;
        }
    }
}

/// A status as OpenAPI's `responses` names it: a number, a range such as `4XX`, or `default`
#[derive(Clone, Debug)]
pub struct StatusKey(Result<String, String>);

impl From<u16> for StatusKey {
    fn from(status: u16) -> Self {
        Self(if (100..600).contains(&status) { Ok(status.to_string()) } else { Err(status.to_string()) })
    }
}

impl From<StatusCode> for StatusKey {
    fn from(status: StatusCode) -> Self {
        Self::from(status.as_u16())
    }
}

impl From<&str> for StatusKey {
    fn from(text: &str) -> Self {
        let upper = text.to_ascii_uppercase();
        if let Ok(status) = text.parse::<u16>() {
            return Self::from(status);
        }
        Self(match upper.as_str() {
            "DEFAULT" => Ok("default".to_owned()),
            "1XX" | "2XX" | "3XX" | "4XX" | "5XX" => Ok(upper),
            _ => Err(text.to_owned()),
        })
    }
}

/// What a status means where nobody has described the answer
pub(super) fn phrase(status: &str) -> &str {
    match status {
        "default" => "Default Response",
        "1XX" => "Information",
        "2XX" => "Success",
        "3XX" => "Redirection",
        "4XX" => "Client Error",
        "5XX" => "Server Error",
        _ => {
            let code = StatusCode::from_bytes(status.as_bytes()).ok();
            code.and_then(|code| code.canonical_reason()).unwrap_or("Additional Response")
        }
    }
}
