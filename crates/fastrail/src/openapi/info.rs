//! What the document says about the API as a whole.

use std::collections::BTreeMap;

use serde::Serialize;

/// Title, version and who is behind it
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Info {
    /// The name of the API
    pub title: String,
    /// One line about it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// More, in Markdown
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A URL
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms_of_service: Option<String>,
    /// Whom to ask
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// Under which terms
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<License>,
    /// The version of the API, not of OpenAPI
    pub version: String,
}

/// Whom to ask
#[derive(Clone, Debug, Default, Serialize)]
pub struct Contact {
    /// A person or an organisation
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A page
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// An e-mail address
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// Under which terms
#[derive(Clone, Debug, Serialize)]
pub struct License {
    /// The name of the licence
    pub name: String,
    /// An SPDX expression, such as `MIT`; not together with `url`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// The text; not together with `identifier`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl License {
    /// A licence by its SPDX expression, such as `MIT OR Apache-2.0`
    pub fn spdx(expression: impl Into<String>) -> Self {
        let expression = expression.into();
        Self { name: expression.clone(), identifier: Some(expression), url: None }
    }
}

/// More to read, somewhere else
#[derive(Clone, Debug, Serialize)]
pub struct ExternalDocs {
    /// A URL
    pub url: String,
    /// What is there, in Markdown
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl From<&str> for ExternalDocs {
    fn from(url: &str) -> Self {
        Self { url: url.to_owned(), description: None }
    }
}

impl<U: Into<String>, D: Into<String>> From<(U, D)> for ExternalDocs {
    fn from((url, description): (U, D)) -> Self {
        Self { url: url.into(), description: Some(description.into()) }
    }
}

/// Where the API is served
#[derive(Clone, Debug, Default, Serialize)]
pub struct Server {
    /// A URL, absolute or relative to the document; `{name}` stands for a variable
    pub url: String,
    /// Which one it is
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The variables of the URL
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, ServerVariable>,
}

impl Server {
    /// A server by its URL
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), ..Self::default() }
    }

    /// Which one it is
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Describes a variable of the URL
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, variable: ServerVariable) -> Self {
        self.variables.insert(name.into(), variable);
        self
    }
}

/// A part of a server's URL that its reader chooses
#[derive(Clone, Debug, Default, Serialize)]
pub struct ServerVariable {
    /// What stands there unless something else is chosen
    pub default: String,
    /// What may be chosen; empty: anything
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// What it means
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A group of operations, in the order in which the pages show the groups
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tag {
    /// The name that operations carry
    pub name: String,
    /// What the group is about, in Markdown
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// More to read
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_docs: Option<ExternalDocs>,
}
