//! What the app says of its document, and where the document and its pages are.

use serde_json::Value;

use super::App;
use crate::openapi::{
    Contact, DocumentStyle, ExternalDocs, License, OperationInfo, ResponseDoc, Server, StatusKey, Tag, deep_merge,
    name_path_method,
};
use crate::routing::Route;
use crate::security::SecurityScheme;

/// Changes the finished document
pub(crate) type PostProcess = Box<dyn FnOnce(&mut Value) + Send>;

impl App {
    /// One line about the API
    #[must_use]
    pub fn summary(mut self, summary: impl Into<String>) -> Self {
        self.head.info.summary = Some(summary.into());
        self
    }

    /// More about the API, in Markdown
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.head.info.description = Some(description.into());
        self
    }

    /// The URL of the terms of service
    #[must_use]
    pub fn terms_of_service(mut self, url: impl Into<String>) -> Self {
        self.head.info.terms_of_service = Some(url.into());
        self
    }

    /// Whom to ask
    #[must_use]
    pub fn contact(mut self, contact: Contact) -> Self {
        self.head.info.contact = Some(contact);
        self
    }

    /// Under which terms
    #[must_use]
    pub fn license(mut self, license: License) -> Self {
        self.head.info.license = Some(license);
        self
    }

    /// Where the API is served; may be called several times
    #[must_use]
    pub fn server(mut self, server: Server) -> Self {
        self.head.servers.push(server);
        self
    }

    /// Describes a group of operations; groups stand in the order of these calls
    #[must_use]
    pub fn tag(self, name: impl Into<String>, description: impl Into<String>) -> Self {
        self.tags([Tag { name: name.into(), description: Some(description.into()), external_docs: None }])
    }

    /// Describes groups of operations, in this order
    #[must_use]
    pub fn tags(mut self, tags: impl IntoIterator<Item = Tag>) -> Self {
        self.head.tags.extend(tags);
        self
    }

    /// Points to more about the API: a URL, or `("https://…", "what is there")`
    #[must_use]
    pub fn external_docs(mut self, docs: impl Into<ExternalDocs>) -> Self {
        self.head.external_docs = Some(docs.into());
        self
    }

    /// Documents an answer of every operation; see [`Router::response`](crate::Router::response)
    #[must_use]
    pub fn response(mut self, status: impl Into<StatusKey>, response: impl Into<ResponseDoc>) -> Self {
        self.root = self.root.response(status, response);
        self
    }

    /// Documents requests that the API makes because of any operation; see [`Router::callbacks`](crate::Router::callbacks)
    #[must_use]
    pub fn callbacks(mut self, routes: Vec<Route>) -> Self {
        self.root = self.root.callbacks(routes);
        self
    }

    /// Documents requests that the API makes by itself, to those who have asked for them (OpenAPI 3.1 `webhooks`)
    ///
    /// A webhook is a path operation without a body, whose path is its name. It is never served.
    ///
    /// ```
    /// use fastrail::prelude::*;
    ///
    /// #[derive(Deserialize, Schema)]
    /// struct Subscription {
    ///     username: String,
    /// }
    ///
    /// /// Somebody has subscribed
    /// #[post("new-subscription")]
    /// async fn new_subscription(body: Subscription);
    ///
    /// let app = App::new("News", "1.0.0").webhooks(routes![new_subscription]).build()?;
    /// assert!(app.openapi()["webhooks"]["new-subscription"]["post"].is_object());
    /// # Ok::<(), fastrail::BuildError>(())
    /// ```
    #[must_use]
    pub fn webhooks(mut self, routes: Vec<Route>) -> Self {
        self.webhooks.extend(routes);
        self
    }

    /// Documents, for the app as a whole, a credential that something in front of it asks for: a gateway, a layer
    ///
    /// Several are alternatives. It checks nothing: to ask for a credential before every operation, and to have it
    /// documented there, take it in a dependency and hand that to [`depends`](Self::depends).
    #[must_use]
    pub fn security<T: SecurityScheme>(mut self) -> Self {
        self.head.security.push((T::NAME, T::document()));
        self
    }

    /// Makes the operation ids, from which client generators name their functions; default: the fn's name
    ///
    /// [`name_path_method`] makes FastAPI's. Any other fn will do, and the app does not build when it makes one twice; an
    /// attribute's `operation_id` goes first.
    ///
    /// ```
    /// use fastrail::prelude::*;
    ///
    /// #[get("/items", tags("items"))]
    /// async fn list() -> Vec<u8> {
    ///     vec![]
    /// }
    ///
    /// let app = App::new("Shop", "1.0.0")
    ///     .operation_ids(|operation| format!("{}-{}", operation.tags[0], operation.name))
    ///     .include(routes![list])
    ///     .build()?;
    /// assert_eq!(app.openapi()["paths"]["/items"]["get"]["operationId"], "items-list");
    /// # Ok::<(), fastrail::BuildError>(())
    /// ```
    #[must_use]
    pub fn operation_ids(mut self, make: impl Fn(&OperationInfo<'_>) -> String + Send + Sync + 'static) -> Self {
        self.operation_ids.set_style(make);
        self
    }

    /// Words the document as FastAPI would, where clients or tests were made for FastAPI's
    ///
    /// ```
    /// use fastrail::openapi::DocumentStyle;
    /// use fastrail::prelude::*;
    ///
    /// #[get("/items/{item_id}")]
    /// async fn read_item(item_id: i64) -> i64 {
    ///     item_id
    /// }
    ///
    /// let app = App::new("Shop", "1.0.0").document_style(DocumentStyle::FastApi).include(routes![read_item]).build()?;
    /// let operation = &app.openapi()["paths"]["/items/{item_id}"]["get"];
    /// assert_eq!(operation["operationId"], "read_item_items__item_id__get");
    /// assert_eq!(operation["parameters"][0]["schema"], json!({ "type": "integer", "title": "Item Id" }));
    /// # Ok::<(), fastrail::BuildError>(())
    /// ```
    #[must_use]
    pub fn document_style(mut self, style: DocumentStyle) -> Self {
        self.head.style = style;
        match style {
            DocumentStyle::Exact => self,
            DocumentStyle::FastApi => self.operation_ids(name_path_method),
        }
    }

    /// Merges an object into the document: objects key by key, lists one behind the other
    ///
    /// ```
    /// # use fastrail::prelude::*;
    /// # use serde_json::json;
    /// let app = App::new("Shop", "1.0.0").openapi_extra(json!({ "info": { "x-logo": { "url": "/logo.svg" } } }));
    /// assert_eq!(app.build()?.openapi()["info"]["x-logo"]["url"], "/logo.svg");
    /// # Ok::<(), fastrail::BuildError>(())
    /// ```
    #[must_use]
    pub fn openapi_extra(mut self, extra: Value) -> Self {
        let mut merged = Value::Object(std::mem::take(&mut self.head.extra));
        deep_merge(&mut merged, extra);
        if let Value::Object(merged) = merged {
            self.head.extra = merged;
        }
        self
    }

    /// Changes the finished document: what `edit` leaves is what is served, shown and checked against
    ///
    /// ```
    /// # use fastrail::prelude::*;
    /// let app = App::new("Shop", "1.0.0").edit_openapi(|document| document["info"]["version"] = "2".into());
    /// assert_eq!(app.build()?.openapi()["info"]["version"], "2");
    /// # Ok::<(), fastrail::BuildError>(())
    /// ```
    #[must_use]
    pub fn edit_openapi(mut self, edit: impl FnOnce(&mut Value) + Send + 'static) -> Self {
        self.post_process.push(Box::new(edit));
        self
    }

    /// Moves the OpenAPI document, or switches it off with `None`; then the pages are off too
    #[must_use]
    pub fn openapi_url<'a>(mut self, url: impl Into<Option<&'a str>>) -> Self {
        self.pages.openapi = url.into().map(str::to_owned);
        self
    }

    /// Moves Swagger UI, or switches it off with `None`
    #[must_use]
    pub fn docs_url<'a>(mut self, url: impl Into<Option<&'a str>>) -> Self {
        self.pages.swagger_ui = url.into().map(str::to_owned);
        self
    }

    /// Moves ReDoc, or switches it off with `None`
    #[must_use]
    pub fn redoc_url<'a>(mut self, url: impl Into<Option<&'a str>>) -> Self {
        self.pages.redoc = url.into().map(str::to_owned);
        self
    }

    /// Moves Scalar, or switches it off with `None`; default: `/scalar`
    ///
    /// The page is there with the crate's feature `scalar` only, since it adds 1.3 MB to the binary: who asks for the
    /// feature has asked for the page.
    #[cfg(feature = "scalar")]
    #[must_use]
    pub fn scalar_url<'a>(mut self, url: impl Into<Option<&'a str>>) -> Self {
        self.pages.scalar = url.into().map(str::to_owned);
        self
    }
}
