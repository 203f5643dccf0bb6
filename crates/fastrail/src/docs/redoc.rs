//! ReDoc: the page on which an API is read in three columns.

use serde_json::{Map, Value, json};

use super::address::{canonical, relative};
use super::assets::{DocsFile, REDOC_BUNDLE, REDOC_LICENSE, policy};
use super::html::script;
use super::page::BundlePage;

const INIT: &str = include_str!("../../assets/pages/redoc-init.js");

/// The fonts of the reader's system: ReDoc's own would come from another host.
const SANS: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, Ubuntu, Cantarell, sans-serif";
const MONO: &str = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace";

/// The ReDoc page of an API.
///
/// Options are ReDoc's own, by their own names (`expandResponses`, `hideDownloadButtons`,
/// `requiredPropsFirst`…), laid over defaults: the fonts of the reader's system, and
/// `sanitize` on, so that HTML in a description cannot bring scripts.
///
/// # Examples
///
/// ```
/// use fastrail::docs::Redoc;
///
/// let page = Redoc::new("/openapi.json").title("Shop").option("expandResponses", "200,201");
/// assert!(page.files("/redoc").iter().any(|file| file.path() == "/redoc/init.js"));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Redoc {
    openapi_url: String,
    title: String,
    options: Map<String, Value>,
    favicon_url: Option<String>,
}

impl Redoc {
    /// Makes the page of the document at `openapi_url`: a path of this application
    /// (`/openapi.json`).
    pub fn new(openapi_url: impl Into<String>) -> Self {
        let mut options = Map::new();
        options.insert("sanitize".to_owned(), json!(true));
        options.insert(
            "theme".to_owned(),
            json!({"typography": {
                "fontFamily": SANS,
                "headings": {"fontFamily": SANS},
                "code": {"fontFamily": MONO},
            }}),
        );
        Self { openapi_url: openapi_url.into(), title: "API documentation".to_owned(), options, favicon_url: None }
    }

    /// Sets the title of the browser's tab.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Sets one of ReDoc's options. A `theme` replaces the default one as a whole.
    pub fn option(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.options.insert(name.into(), value.into());
        self
    }

    /// Shows another icon: a path of this application, since images may come from nowhere else.
    pub fn favicon_url(mut self, url: impl Into<String>) -> Self {
        self.favicon_url = Some(url.into());
        self
    }

    /// Writes the page for the path `page` and lists its files, to be served under `GET`.
    ///
    /// The list has the page itself, its path with a slash (a redirect, unless the page is at
    /// `/`), and everything that the page loads, all with their whole paths.
    pub fn files(&self, page: &str) -> Vec<DocsFile> {
        let page = canonical(page);
        let url = relative(&page, &self.openapi_url);
        BundlePage {
            path: &page,
            title: &self.title,
            favicon_url: self.favicon_url.as_deref(),
            element: "redoc",
            bundle: &REDOC_BUNDLE,
            license: &REDOC_LICENSE,
            style: None,
            init: script(INIT, &json!({"url": url, "options": self.options})),
            policy: &policy(&[]),
        }
        .files()
    }
}
