//! HTML from templates, with minijinja: Jinja's language, escaped by default, with the app's URLs.

mod urls;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use axum_core::response::Response;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HOST, HeaderValue};
use minijinja::{AutoEscape, Environment, Value};
use serde::Serialize;

use crate::error::Error;
use crate::openapi::{OperationDoc, ResponseDoc};
use crate::request::{Body, RequestContext};
use crate::response::Reply;
use crate::response::deferred::Deferred;
use crate::schema::JsonSchema;
use urls::RequestUrls;

pub use minijinja::context;
pub use minijinja::value::Serde;

/// The templates of an app; hold them as app state
///
/// Everything that a template writes is escaped for HTML when its name ends in `.html`, `.htm` or `.xml` (a `.j2`
/// behind it does not matter), for JSON when it ends in `.json`. A name that the context does not have is an error, not
/// an empty text. A template knows the fns `url_for("read_item", item_id=7)`, an absolute URL on the host that the
/// client has asked, and `path_for(…)`, the same without the host; and `request` with `method`, `path` and `query`.
///
/// ```no_run
/// use fastrail::prelude::*;
/// use fastrail::templates::{TemplateResponse, Templates, context};
///
/// #[get("/items/{id}")]
/// async fn read_item(id: String, templates: State<Templates>) -> TemplateResponse {
///     templates.response("item.html", context! { id })
/// }
///
/// let app = App::new("Shop", "1.0.0").state(Templates::new("templates")).include(routes![read_item]);
/// ```
#[derive(Clone)]
pub struct Templates {
    environment: Arc<Environment<'static>>,
}

impl Templates {
    /// The templates of a directory, read when they are used; a changed one is read again
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        let mut environment = Environment::new();
        environment.set_loader(minijinja::path_loader(directory.into()));
        Self::of(environment)
    }

    /// An environment of your own, with filters, globals or embedded templates
    pub fn of(mut environment: Environment<'static>) -> Self {
        environment.set_auto_escape_callback(escaping);
        environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        environment.add_function("url_for", urls::url_for);
        environment.add_function("path_for", urls::path_for);
        Self { environment: Arc::new(environment) }
    }

    /// The page that a template makes of a context: a struct, a map, or `context! { id, item => Serde(item) }`
    ///
    /// # Errors
    /// It is answered as 500 when there is no such template or it cannot be rendered; the log says why.
    pub fn response(&self, name: impl Into<String>, context: impl Serialize) -> TemplateResponse {
        let context = Value::from(Serde(context));
        TemplateResponse { environment: Arc::clone(&self.environment), name: name.into(), context }
    }
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Templates")
    }
}

/// A page that is rendered when the operation has ended, since it may ask for the request: `text/html; charset=utf-8`
#[derive(Clone)]
pub struct TemplateResponse {
    environment: Arc<Environment<'static>>,
    name: String,
    context: Value,
}

impl TemplateResponse {
    pub(crate) fn answer(self, cx: &mut RequestContext) -> Result<Response, Error> {
        let uri = &cx.parts.uri;
        let host = uri.authority().map(http::uri::Authority::as_str);
        let host = host.or_else(|| cx.parts.headers.get(HOST).and_then(|host| host.to_str().ok()));
        let scheme = uri.scheme_str().unwrap_or("http");
        let base = host.filter(|host| is_host(host)).map_or_else(String::new, |host| format!("{scheme}://{host}"));
        let request = context! {
            method => cx.parts.method.as_str(), path => uri.path(), query => uri.query().unwrap_or_default(),
        };
        let urls = Value::from_object(RequestUrls { urls: cx.app.urls.clone(), base });
        let own = Value::from_pairs([("request", request), (urls::KEY, urls)]);
        let context = context! { ..self.context, ..own };
        let rendered = self.environment.get_template(&self.name).and_then(|template| template.render(context));
        let page = rendered.map_err(|error| Error::internal(format_args!("a template: {error:#}")))?;
        let mut response = Response::new(Body::from(page));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        Ok(response)
    }
}

impl fmt::Debug for TemplateResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TemplateResponse").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Reply for TemplateResponse {
    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        doc.response(status, ResponseDoc::of("text/html", JsonSchema::of("string")));
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        response.extensions_mut().insert(Deferred::Template(self));
        Ok(response)
    }
}

/// A name or address with a port, and nothing that could mean something else: it is what a client says
fn is_host(host: &str) -> bool {
    !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte))
}

/// By the extension, whatever its case; what is no known text is escaped as HTML, since that is how it is answered
fn escaping(name: &str) -> AutoEscape {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".j2").unwrap_or(&name);
    if name.ends_with(".json") { AutoEscape::Json } else { AutoEscape::Html }
}
