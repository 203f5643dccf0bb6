//! Scalar: the page on which an API is read and tried out, in one.

use serde_json::{Map, Value, json};

use super::address::{canonical, relative};
use super::assets::{DocsFile, SCALAR_BUNDLE, SCALAR_LICENSE, policy};
use super::html::script;
use super::page::BundlePage;

const INIT: &str = include_str!("../../assets/pages/scalar-init.js");

/// The Scalar page of an API; with the crate's feature `scalar`
///
/// Options are Scalar's own, by their own names (`theme`, `layout`, `darkMode`, `hideModels`…), laid over defaults that
/// keep the page at home: its fonts, its request proxy, its telemetry, its agent and its links to a hosted client are
/// off, and the Content-Security-Policy lets none of them through. Requests that are tried out go from the browser
/// straight to this server.
///
/// # Examples
///
/// ```
/// use fastrail::docs::Scalar;
///
/// let page = Scalar::new("/openapi.json").title("Shop").option("theme", "moon");
/// assert!(page.files("/scalar").iter().any(|file| file.path() == "/scalar/init.js"));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Scalar {
    openapi_url: String,
    title: String,
    options: Map<String, Value>,
    favicon_url: Option<String>,
}

impl Scalar {
    /// Makes the page of the document at `openapi_url`: a path of this application
    /// (`/openapi.json`).
    pub fn new(openapi_url: impl Into<String>) -> Self {
        let options = json!({
            "agent": { "disabled": true },
            "hideClientButton": true,
            "mcp": { "disabled": true },
            "persistAuth": true,
            "proxyUrl": "",
            "showDeveloperTools": "never",
            "telemetry": false,
            "withDefaultFonts": false,
        });
        let options = options.as_object().cloned().unwrap_or_default();
        Self { openapi_url: openapi_url.into(), title: "API documentation".to_owned(), options, favicon_url: None }
    }

    /// Sets the title of the browser's tab.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Sets one of Scalar's options. `url` belongs to the page and is not taken from here.
    pub fn option(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.options.insert(name.into(), value.into());
        self
    }

    /// Shows another icon: a path of this application, since images may come from nowhere else.
    pub fn favicon_url(mut self, url: impl Into<String>) -> Self {
        self.favicon_url = Some(url.into());
        self
    }

    /// Writes the page for the path `page` and lists its files, to be served under `GET`; see
    /// [`SwaggerUi::files`](super::SwaggerUi::files).
    pub fn files(&self, page: &str) -> Vec<DocsFile> {
        let page = canonical(page);
        let url = relative(&page, &self.openapi_url);
        BundlePage {
            path: &page,
            title: &self.title,
            favicon_url: self.favicon_url.as_deref(),
            element: "scalar",
            bundle: &SCALAR_BUNDLE,
            license: &SCALAR_LICENSE,
            style: None,
            init: script(INIT, &json!({"url": url, "options": self.options})),
            policy: &policy(&[]),
        }
        .files()
    }
}
