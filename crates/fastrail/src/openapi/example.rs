//! A named example of a parameter, a body or an answer.

use serde::Serialize;
use serde_json::{Map, Value};

/// One example among several, with words about it (OpenAPI 3.1 §4.8.19): FastAPI's `openapi_examples`
///
/// ```
/// use fastrail::prelude::*;
/// use serde_json::json;
///
/// #[derive(Deserialize, Schema)]
/// struct Item {
///     name: String,
/// }
///
/// #[put("/items")]
/// async fn put_item(
///     #[body(openapi_examples(
///         normal = Example::of(json!({ "name": "Fork" })).summary("A normal one"),
///         invalid = Example::of(json!({ "name": 7 })).summary("Refused").description("A name is *text*."),
///     ))]
///     item: Item,
/// ) -> String {
///     item.name
/// }
///
/// let app = App::new("Shop", "1.0.0").include(routes![put_item]).build()?;
/// let body = &app.openapi()["paths"]["/items"]["put"]["requestBody"]["content"]["application/json"];
/// assert_eq!(body["examples"]["normal"]["value"], json!({ "name": "Fork" }));
/// # Ok::<(), fastrail::BuildError>(())
/// ```
#[derive(Clone, Debug, Default, Serialize)]
pub struct Example {
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(rename = "externalValue", skip_serializing_if = "Option::is_none")]
    external_value: Option<String>,
}

impl Example {
    /// An example by its value; what cannot be written as JSON counts as `null`
    pub fn of(value: impl Serialize) -> Self {
        Self { value: Some(serde_json::to_value(value).unwrap_or(Value::Null)), ..Self::default() }
    }

    /// An example that is elsewhere, by its URL; for what JSON cannot hold, such as a picture
    pub fn at(url: impl Into<String>) -> Self {
        Self { external_value: Some(url.into()), ..Self::default() }
    }

    /// Its value, unless it is elsewhere
    pub(super) fn into_value(self) -> Option<Value> {
        self.value
    }

    /// One line about it
    #[must_use]
    pub fn summary(mut self, summary: impl Into<String>) -> Self {
        self.summary = Some(summary.into());
        self
    }

    /// More about it, in Markdown
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

/// Examples by name, in order
pub type NamedExamples = Vec<(String, Example)>;

/// The `examples` of a parameter or a media type: name and example
pub(crate) fn examples(named: NamedExamples) -> Value {
    let map: Map<String, Value> = named.into_iter().map(|(name, example)| (name, serde_json::json!(example))).collect();
    Value::Object(map)
}
