//! A link from an answer to the operation that can be called with what is in it.

use serde_json::{Map, Value};

use super::OperationIds;
use crate::routing::{Operation, OperationMeta};

/// Says which operation may follow an answer, and what of the answer it takes (OpenAPI 3.1 §4.8.20)
///
/// ```
/// use fastrail::openapi::Link;
/// use fastrail::prelude::*;
/// use serde_json::json;
///
/// #[get("/users/{user_id}")]
/// async fn read_user(user_id: u64) -> u64 {
///     user_id
/// }
///
/// #[post("/users", status = 201, responses(
///     201 = ResponseDoc::new("Made").link("read", Link::to::<read_user>().parameter("user_id", "$response.body"))
/// ))]
/// async fn create_user() -> u64 {
///     1
/// }
///
/// let app = App::new("Users", "1.0.0").include(routes![read_user, create_user]).build()?;
/// let links = &app.openapi()["paths"]["/users"]["post"]["responses"]["201"]["links"];
/// assert_eq!(links["read"], json!({ "operationId": "read_user", "parameters": { "user_id": "$response.body" } }));
/// # Ok::<(), fastrail::BuildError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Link {
    target: Target,
    parameters: Map<String, Value>,
    request_body: Option<Value>,
    description: Option<String>,
}

#[derive(Clone, Debug)]
enum Target {
    Operation(&'static OperationMeta),
    Nothing(&'static str),
    Reference(String),
}

impl Link {
    /// A link to an operation of this app; the app does not build when the document has no such operation
    pub fn to<O: Operation>() -> Self {
        let target = match O::metas().first() {
            Some(meta) => Target::Operation(meta),
            None => Target::Nothing(std::any::type_name::<O>()),
        };
        Self::with(target)
    }

    /// A link to an operation of another document, by its URL: `https://…/openapi.json#/paths/~1users/get`
    pub fn to_reference(url: impl Into<String>) -> Self {
        Self::with(Target::Reference(url.into()))
    }

    fn with(target: Target) -> Self {
        Self { target, parameters: Map::new(), request_body: None, description: None }
    }

    /// Hands on a parameter: a runtime expression such as `$response.body#/id`, or a fixed value
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.parameters.insert(name.into(), value.into());
        self
    }

    /// Hands on a body: a runtime expression or a fixed value
    #[must_use]
    pub fn request_body(mut self, value: impl Into<Value>) -> Self {
        self.request_body = Some(value.into());
        self
    }

    /// What it is good for, in Markdown
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// As OpenAPI writes it
    ///
    /// # Errors
    /// The operation is not in the document.
    pub(super) fn into_value(self, ids: &OperationIds) -> Result<Value, String> {
        let mut value = Map::new();
        match self.target {
            Target::Operation(meta) => match ids.of(meta) {
                Some(id) => _ = value.insert("operationId".into(), id.into()),
                None => return Err(format!("links to `{}`, which is not in the document", meta.name)),
            },
            Target::Nothing(name) => return Err(format!("links to `{name}`, which is no operation")),
            Target::Reference(url) => _ = value.insert("operationRef".into(), url.into()),
        }
        if !self.parameters.is_empty() {
            value.insert("parameters".into(), self.parameters.into());
        }
        if let Some(body) = self.request_body {
            value.insert("requestBody".into(), body);
        }
        if let Some(description) = self.description {
            value.insert("description".into(), description.into());
        }
        Ok(Value::Object(value))
    }
}
