//! One answer of an operation.

use serde_json::{Map, Value};

use super::example::{Example, NamedExamples, examples};
use super::{Link, OperationIds};
use crate::schema::{Generator, JsonSchema, Rules, Schema};

/// Where an example or a model goes that names no media type
const JSON: &str = "application/json";

/// An answer in the document: what it means, its media types with their schemas and examples, its headers and links
///
/// What an operation answers by its types needs none of this. It is for what no type tells:
///
/// ```
/// use fastrail::prelude::*;
/// use serde_json::json;
///
/// #[derive(Serialize, Schema)]
/// struct Message {
///     message: String,
/// }
///
/// #[get("/picture", responses(
///     200 = ResponseDoc::new("The item, or its picture").content("image/png"),
///     404 = ResponseDoc::json::<Message>().description("Not there").example(json!({ "message": "gone" })),
///     "5XX" = "Our fault",
/// ))]
/// async fn picture() -> String {
///     String::new()
/// }
///
/// let app = App::new("Shop", "1.0.0").include(routes![picture]).build()?;
/// let responses = &app.openapi()["paths"]["/picture"]["get"]["responses"];
/// assert_eq!(responses["200"]["content"]["image/png"], json!({}));
/// assert_eq!(responses["404"]["description"], "Not there");
/// # Ok::<(), fastrail::BuildError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ResponseDoc {
    pub(crate) description: Option<String>,
    content: Vec<(String, Content)>,
    headers: Vec<Header>,
    links: Vec<(String, Link)>,
    pub(crate) any_status: bool,
}

/// Makes the schema of a type
type MakeSchema = fn(&mut Generator) -> JsonSchema;

/// A header: its name, what it says, and what it holds
#[derive(Clone, Debug)]
struct Header {
    name: String,
    description: String,
    schema: MakeSchema,
}

/// What stands under one media type
#[derive(Clone, Debug, Default)]
struct Content {
    schema: Option<ContentSchema>,
    example: Option<Value>,
    examples: NamedExamples,
}

#[derive(Clone, Debug)]
enum ContentSchema {
    Made(JsonSchema),
    Of(MakeSchema),
    /// Of each item of a sequence
    Items(JsonSchema),
}

impl ResponseDoc {
    /// An answer without a body, or with one that nobody described
    pub fn empty() -> Self {
        Self::default()
    }

    /// An answer with a description, in Markdown
    pub fn new(description: impl Into<String>) -> Self {
        Self::empty().description(description)
    }

    /// A JSON answer whose body is a `T`
    pub fn json<T: Schema>() -> Self {
        Self::empty().content_of::<T>(JSON)
    }

    /// An answer with a body whose schema is made already
    pub fn of(media_type: &str, schema: JsonSchema) -> Self {
        let mut response = Self::empty();
        response.entry(media_type).schema = Some(ContentSchema::Made(schema));
        response
    }

    /// An answer that is a sequence of items (OpenAPI 3.2 `itemSchema`, which FastAPI writes in 3.1 as well)
    pub fn of_items(media_type: &str, schema: JsonSchema) -> Self {
        let mut response = Self::empty();
        response.entry(media_type).schema = Some(ContentSchema::Items(schema));
        response
    }

    /// Sets the description; without one the phrase of the status stands there
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Adds a media type of which no schema is known, such as `image/png`
    #[must_use]
    pub fn content(mut self, media_type: &str) -> Self {
        self.entry(media_type);
        self
    }

    /// Adds a media type whose body is a `T`
    #[must_use]
    pub fn content_of<T: Schema>(mut self, media_type: &str) -> Self {
        self.entry(media_type).schema = Some(ContentSchema::Of(|generator| T::schema(&Rules::NONE, generator)));
        self
    }

    /// Sets the example of the media type that was added last; of JSON when none was
    #[must_use]
    pub fn example(mut self, value: impl Into<Value>) -> Self {
        self.last_entry().example = Some(value.into());
        self
    }

    /// Adds one of several examples to the media type that was added last; to JSON when none was
    #[must_use]
    pub fn named_example(mut self, name: impl Into<String>, example: Example) -> Self {
        self.last_entry().examples.push((name.into(), example));
        self
    }

    /// Adds a header: its name and what it says; `""` says nothing
    #[must_use]
    pub fn with_header(self, name: &str, description: &str) -> Self {
        self.header(name, description, |_| JsonSchema::of("string"))
    }

    /// Adds a header whose value is a `T`
    #[must_use]
    pub fn with_header_of<T: Schema>(self, name: &str, description: &str) -> Self {
        self.header(name, description, |generator| T::schema(&Rules::NONE, generator))
    }

    fn header(mut self, name: &str, description: &str, schema: MakeSchema) -> Self {
        self.headers.push(Header { name: name.to_owned(), description: description.to_owned(), schema });
        self
    }

    /// Adds a link to an operation that may follow
    #[must_use]
    pub fn link(mut self, name: impl Into<String>, link: Link) -> Self {
        self.links.push((name.into(), link));
        self
    }

    /// Says that the answer may have another status than the documented one
    #[must_use]
    pub fn with_any_status(mut self) -> Self {
        self.any_status = true;
        self
    }

    fn entry(&mut self, media_type: &str) -> &mut Content {
        let index = self.content.iter().position(|(name, _)| name == media_type).unwrap_or_else(|| {
            self.content.push((media_type.to_owned(), Content::default()));
            self.content.len() - 1
        });
        &mut self.content[index].1
    }

    fn last_entry(&mut self) -> &mut Content {
        let media_type = self.content.last().map_or(JSON, |(name, _)| name).to_owned();
        self.entry(&media_type)
    }

    /// As OpenAPI writes it; links that lead nowhere go to `problems`
    /// The same without a word of headers
    pub(super) fn without_headers(mut self) -> Self {
        self.headers.clear();
        self
    }

    pub(super) fn into_value(
        self,
        title: &str,
        generator: &mut Generator,
        ids: &OperationIds,
        problems: &mut Vec<String>,
    ) -> Map<String, Value> {
        let mut value = Map::new();
        if let Some(description) = self.description {
            value.insert("description".into(), description.into());
        }
        if !self.headers.is_empty() {
            let headers = self.headers.into_iter().map(|entry| {
                let schema = (entry.schema)(generator);
                (entry.name, header(&entry.description, schema))
            });
            value.insert("headers".into(), headers.collect());
        }
        if !self.content.is_empty() {
            let content: Map<String, Value> = self
                .content
                .into_iter()
                .map(|(name, content)| {
                    let title = name.ends_with("json").then_some(title);
                    (name, content.into_value(title, generator))
                })
                .collect();
            value.insert("content".into(), Value::Object(content));
        }
        let mut links = Map::new();
        for (name, link) in self.links {
            match link.into_value(ids) {
                Ok(link) => _ = links.insert(name, link),
                Err(problem) => problems.push(problem),
            }
        }
        if !links.is_empty() {
            value.insert("links".into(), Value::Object(links));
        }
        value
    }
}

impl Content {
    fn into_value(self, title: Option<&str>, generator: &mut Generator) -> Value {
        let mut value = Map::new();
        if let Some(schema) = self.schema {
            let (key, schema) = match schema {
                ContentSchema::Made(schema) => ("schema", titled(schema, title)),
                ContentSchema::Of(make) => ("schema", titled(make(generator), title)),
                ContentSchema::Items(schema) => ("itemSchema", schema),
            };
            value.insert(key.into(), schema.into_value());
        }
        if !self.examples.is_empty() {
            value.insert("examples".into(), examples(self.examples));
        } else if let Some(example) = self.example {
            value.insert("example".into(), example);
        }
        Value::Object(value)
    }
}

/// The title of a body that has none by itself, as FastAPI gives it: `Response Read Items`
fn titled(schema: JsonSchema, title: Option<&str>) -> JsonSchema {
    match title {
        Some(title) if !schema.0.is_empty() && !schema.0.contains_key("$ref") => schema.or_with("title", title),
        _ => schema,
    }
}

impl From<&str> for ResponseDoc {
    fn from(description: &str) -> Self {
        Self::new(description)
    }
}

impl From<String> for ResponseDoc {
    fn from(description: String) -> Self {
        Self::new(description)
    }
}

/// A header as OpenAPI writes it; `""` describes nothing
pub(super) fn header(description: &str, schema: JsonSchema) -> Value {
    let mut value = Map::new();
    if !description.is_empty() {
        value.insert("description".into(), description.into());
    }
    value.insert("schema".into(), schema.into_value());
    Value::Object(value)
}
