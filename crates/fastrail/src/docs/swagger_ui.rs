//! Swagger UI: the page on which an API is read and tried out.

use serde_json::{Map, Value, json};

use super::address::{beneath, canonical, relative};
use super::assets::{DocsFile, HTML, JAVASCRIPT, SWAGGER_UI_BUNDLE, SWAGGER_UI_CSS, SWAGGER_UI_LICENSE, policy};
use super::html::{Page, script};
use super::page::BundlePage;

const INIT: &str = include_str!("../../assets/pages/swagger-ui-init.js");
const REDIRECT: &str = include_str!("../../assets/pages/oauth2-redirect.js");

/// The Swagger UI page of an API.
///
/// Made from the address of the OpenAPI document; everything else has a default. Parameters
/// are Swagger UI's own, by their own names, and are laid over these defaults:
/// `deepLinking`, `displayRequestDuration`, `persistAuthorization`, `showExtensions` and
/// `showCommonExtensions` are on; `filter` is off; `layout` is `BaseLayout`; `validatorUrl` is
/// `null`, because a validator badge would send the document to another host.
///
/// # Examples
///
/// ```
/// use fastrail::docs::SwaggerUi;
/// use serde_json::json;
///
/// let page = SwaggerUi::new("/openapi.json")
///     .title("Shop")
///     .parameter("tryItOutEnabled", true)
///     .init_oauth(json!({"clientId": "docs", "usePkceWithAuthorizationCodeGrant": true}));
/// assert!(page.files("/docs").iter().any(|file| file.path() == "/docs/init.js"));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct SwaggerUi {
    openapi_url: String,
    title: String,
    parameters: Map<String, Value>,
    oauth: Option<Value>,
    oauth2_redirect_url: Option<String>,
    favicon_url: Option<String>,
    connect: Vec<String>,
}

impl SwaggerUi {
    /// Makes the page of the document at `openapi_url`: a path of this application
    /// (`/openapi.json`) or a whole address.
    pub fn new(openapi_url: impl Into<String>) -> Self {
        Self {
            openapi_url: openapi_url.into(),
            title: "API documentation".to_owned(),
            parameters: defaults(),
            oauth: None,
            oauth2_redirect_url: None,
            favicon_url: None,
            connect: Vec::new(),
        }
    }

    /// Sets the title of the browser's tab.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Sets one of Swagger UI's parameters, such as `docExpansion` or `defaultModelsExpandDepth`.
    ///
    /// `url`, `oauth2RedirectUrl`, `dom_id` and `presets` belong to the page and are not taken
    /// from here. Parameters that are functions cannot be set.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.parameters.insert(name.into(), value.into());
        self
    }

    /// Sets the options of Swagger UI's `initOAuth`: `clientId`, `scopes`, `appName`,
    /// `usePkceWithAuthorizationCodeGrant`…
    ///
    /// Whoever can read the page can read them, so never give it a `clientSecret` that is one.
    pub fn init_oauth(mut self, options: Value) -> Self {
        self.oauth = Some(options);
        self
    }

    /// Moves the page to which an authorization server sends the browser back; by default it
    /// is `oauth2-redirect.html` beneath the page. A page elsewhere is not served from here.
    pub fn oauth2_redirect_url(mut self, url: impl Into<String>) -> Self {
        self.oauth2_redirect_url = Some(url.into());
        self
    }

    /// Shows another icon: a path of this application, since images may come from nowhere else.
    pub fn favicon_url(mut self, url: impl Into<String>) -> Self {
        self.favicon_url = Some(url.into());
        self
    }

    /// Lets the page talk to one more origin (`https://login.example`): a token endpoint or a
    /// server of the document that is not this one.
    ///
    /// # Panics
    ///
    /// [`files`](Self::files) panics when `origin` holds white space, quotes, `;` or `,`.
    pub fn connect_to(mut self, origin: impl Into<String>) -> Self {
        self.connect.push(origin.into());
        self
    }

    /// Writes the page for the path `page` and lists its files, to be served under `GET`.
    ///
    /// The list has the page itself, its path with a slash (a redirect, unless the page is at
    /// `/`), and everything that the page loads, all with their whole paths.
    pub fn files(&self, page: &str) -> Vec<DocsFile> {
        let page = canonical(page);
        let policy = policy(&self.connect);
        let at = |name: &str| beneath(&page, name);
        let mut files = BundlePage {
            path: &page,
            title: &self.title,
            favicon_url: self.favicon_url.as_deref(),
            element: "swagger-ui",
            bundle: &SWAGGER_UI_BUNDLE,
            license: &SWAGGER_UI_LICENSE,
            style: Some(&SWAGGER_UI_CSS),
            init: script(INIT, &self.configuration(&page)),
            policy: &policy,
        }
        .files();
        if self.oauth2_redirect_url.is_none() {
            let redirect = at("oauth2-redirect.html");
            let html = Page {
                title: &self.title,
                icon: &relative(&redirect, &at("favicon.svg")),
                styles: &[],
                scripts: &[relative(&redirect, &at("oauth2-redirect.js"))],
                element: "oauth2-redirect",
            };
            files.push(DocsFile::written(redirect.clone(), HTML, html.write(), &policy));
            files.push(DocsFile::plain(at("oauth2-redirect.js"), JAVASCRIPT, REDIRECT, &policy));
        }
        files
    }

    /// What the start script is given: the parameters with the page's own, and `initOAuth`'s.
    fn configuration(&self, page: &str) -> Value {
        let redirect = self.oauth2_redirect_url.clone().unwrap_or_else(|| beneath(page, "oauth2-redirect.html"));
        let mut parameters = self.parameters.clone();
        parameters.remove("presets");
        parameters.insert("dom_id".to_owned(), json!("#swagger-ui"));
        parameters.insert("url".to_owned(), json!(relative(page, &self.openapi_url)));
        parameters.insert("oauth2RedirectUrl".to_owned(), json!(relative(page, &redirect)));
        json!({"parameters": parameters, "oauth": self.oauth})
    }
}

fn defaults() -> Map<String, Value> {
    let defaults = json!({
        "layout": "BaseLayout",
        "deepLinking": true,
        "displayRequestDuration": true,
        "filter": false,
        "persistAuthorization": true,
        "showExtensions": true,
        "showCommonExtensions": true,
        "validatorUrl": null,
    });
    match defaults {
        Value::Object(defaults) => defaults,
        _ => Map::new(),
    }
}
