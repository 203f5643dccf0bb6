//! What the document says about the API as a whole.

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

/// Where the API is served
#[derive(Clone, Debug, Serialize)]
pub struct Server {
    /// A URL, absolute or relative to the document
    pub url: String,
    /// Which one it is
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A group of operations, in the order in which the pages show the groups
#[derive(Clone, Debug, Serialize)]
pub struct Tag {
    /// The name that operations carry
    pub name: String,
    /// What the group is about, in Markdown
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
