//! Cross-origin requests: an allow-list (WHATWG Fetch §3.2).

use std::time::Duration;

use axum_core::response::Response;
use http::header::{
    ACCEPT, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, CONTENT_TYPE, HeaderName,
    ORIGIN, VARY,
};
use http::request::Parts;
use http::{HeaderValue, Method, Request};
use regex::Regex;
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer, ExposeHeaders};

use super::outermost::through;
use super::{Middleware, Pipeline};
use crate::request::Body;

/// Lets pages of the listed origins call the API; every other origin is refused by the browser
///
/// ```
/// use fastrail::prelude::*;
///
/// let app = App::new("Shop", "1.0.0").middleware(
///     Cors::allow(["https://shop.example"]).with_credentials().headers(["x-tenant"]).expose_headers(["etag"]),
/// );
/// ```
///
/// Default: the methods `GET`, `HEAD`, `POST`, `PUT`, `PATCH` and `DELETE`, and the headers `Accept`, `Authorization`,
/// `Content-Type` and `X-Request-Id`; preflights are kept for 10 minutes. The origin `*` allows everyone, and then no
/// credentials: an app with both does not start. It stands around the whole app, errors and panics included, and answers
/// preflights before anything else sees them.
#[derive(Clone, Debug)]
pub struct Cors {
    origins: Vec<String>,
    origin_pattern: Option<String>,
    methods: Vec<String>,
    headers: Vec<String>,
    exposed: Vec<String>,
    credentials: bool,
    max_age: Duration,
}

impl Cors {
    /// The origins that may call, such as `https://shop.example`, or `*`
    pub fn allow<O: Into<String>>(origins: impl IntoIterator<Item = O>) -> Self {
        Self {
            origins: texts(origins),
            origin_pattern: None,
            methods: texts(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
            headers: [ACCEPT, AUTHORIZATION, CONTENT_TYPE]
                .iter()
                .map(ToString::to_string)
                .chain(["x-request-id".to_owned()])
                .collect(),
            exposed: Vec::new(),
            credentials: false,
            max_age: Duration::from_secs(600),
        }
    }

    /// Also the origins that match a regular expression as a whole, such as `https://.*\\.shop\\.example`
    #[must_use]
    pub fn origin_pattern(mut self, pattern: impl Into<String>) -> Self {
        self.origin_pattern = Some(pattern.into());
        self
    }

    /// The methods that pages may use, in place of the default ones; `*` is every method
    #[must_use]
    pub fn methods<M: Into<String>>(mut self, methods: impl IntoIterator<Item = M>) -> Self {
        self.methods = texts(methods);
        self
    }

    /// The headers that pages may send, in place of the default ones; `*` is every header
    #[must_use]
    pub fn headers<H: Into<String>>(mut self, headers: impl IntoIterator<Item = H>) -> Self {
        self.headers = texts(headers);
        self
    }

    /// The headers of an answer that pages may read, besides those that they always may
    #[must_use]
    pub fn expose_headers<H: Into<String>>(mut self, headers: impl IntoIterator<Item = H>) -> Self {
        self.exposed = texts(headers);
        self
    }

    /// Lets the pages send cookies and read the answers
    #[must_use]
    pub fn with_credentials(mut self) -> Self {
        self.credentials = true;
        self
    }

    /// How long a browser may keep the answer to a preflight
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    fn layer(&self) -> Result<CorsLayer, String> {
        let layer = CorsLayer::new()
            .allow_origin(self.allowed_origins()?)
            .allow_methods(self.allowed_methods()?)
            .allow_headers(self.allowed_headers()?)
            .allow_credentials(self.credentials)
            .max_age(self.max_age);
        let exposed = names(&self.exposed)?;
        Ok(if exposed.is_empty() { layer } else { layer.expose_headers(ExposeHeaders::list(exposed)) })
    }

    fn allowed_origins(&self) -> Result<AllowOrigin, String> {
        if is_any(&self.origins) {
            if self.credentials {
                return Err("CORS: `*` with credentials would open the API to every site; list the origins".to_owned());
            }
            return Ok(AllowOrigin::any());
        }
        let origins = self.origins.iter().map(|origin| origin_value(origin)).collect::<Result<Vec<_>, _>>()?;
        let Some(pattern) = &self.origin_pattern else { return Ok(AllowOrigin::list(origins)) };
        let pattern = Regex::new(&format!("^(?:{pattern})$"))
            .map_err(|error| format!("CORS: `{pattern}` is no regular expression: {error}"))?;
        Ok(AllowOrigin::predicate(move |origin, _| {
            origins.contains(origin) || origin.to_str().is_ok_and(|origin| pattern.is_match(origin))
        }))
    }

    fn allowed_methods(&self) -> Result<Vec<Method>, String> {
        if is_any(&self.methods) {
            // Named one by one, since `*` means nothing to a request with credentials.
            return Ok(vec![
                Method::GET,
                Method::HEAD,
                Method::POST,
                Method::PUT,
                Method::PATCH,
                Method::DELETE,
                Method::OPTIONS,
            ]);
        }
        let method = |name: &String| name.parse().map_err(|_| format!("CORS: `{name}` is no method"));
        self.methods.iter().map(method).collect()
    }

    fn allowed_headers(&self) -> Result<AllowHeaders, String> {
        if is_any(&self.headers) {
            return Ok(AllowHeaders::mirror_request());
        }
        names(&self.headers).map(AllowHeaders::list)
    }
}

fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Vec<String> {
    texts.into_iter().map(Into::into).collect()
}

fn is_any(names: &[String]) -> bool {
    names.iter().any(|name| name == "*")
}

fn names(names: &[String]) -> Result<Vec<HeaderName>, String> {
    let header = |name: &String| name.parse().map_err(|_| format!("CORS: `{name}` is no header; list headers by name"));
    names.iter().map(header).collect()
}

fn origin_value(origin: &str) -> Result<HeaderValue, String> {
    let has_scheme = origin.starts_with("https://") || origin.starts_with("http://");
    let bare = origin.matches('/').count() == 2;
    HeaderValue::from_str(origin)
        .ok()
        .filter(|_| has_scheme && bare)
        .ok_or_else(|| format!("CORS: `{origin}` is no origin; write it like `https://shop.example`"))
}

impl Middleware for Cors {
    fn install(self, pipeline: &mut Pipeline) {
        match self.layer() {
            Err(problem) => pipeline.refuse(problem),
            Ok(layer) => pipeline.outermost.cors = Some(CorsRules { layer, is_open: is_any(&self.origins) }),
        }
    }
}

/// What [`Cors`] says, ready for answers
#[derive(Clone, Debug)]
pub(crate) struct CorsRules {
    layer: CorsLayer,
    /// Whether every origin gets the same answer
    is_open: bool,
}

/// What a page of another origin asks
#[derive(Debug)]
pub(crate) struct CrossOrigin {
    request: Request<()>,
}

impl CrossOrigin {
    /// What a request asks, if it comes from a page (Fetch §3.2.2)
    #[inline]
    pub(super) fn of(parts: &Parts) -> Option<Self> {
        let origin = parts.headers.get(ORIGIN)?;
        Some(Self::from(origin, parts))
    }

    #[inline(never)]
    fn from(origin: &HeaderValue, parts: &Parts) -> Self {
        let mut request = Request::new(());
        let headers = request.headers_mut();
        headers.insert(ORIGIN, origin.clone());
        if parts.method == Method::OPTIONS && parts.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
            for name in [ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_REQUEST_HEADERS] {
                headers.extend(parts.headers.get(&name).map(|value| (name, value.clone())));
            }
            *request.method_mut() = Method::OPTIONS;
        }
        Self { request }
    }

    /// Whether it only asks what it may (Fetch §3.2.3)
    pub(super) fn is_preflight(&self) -> bool {
        self.request.method() == Method::OPTIONS
    }
}

impl CorsRules {
    /// Sees an answer out
    #[inline]
    pub(super) fn finish(&self, response: &mut Response, asked: Option<CrossOrigin>) {
        if asked.is_some() || self.is_open {
            self.tell(response, asked);
        } else {
            // Another origin gets another answer, which a cache must know (Fetch §3.2.5).
            response.headers_mut().append(VARY, HeaderValue::from_name(ORIGIN));
        }
    }

    #[inline(never)]
    fn tell(&self, response: &mut Response, asked: Option<CrossOrigin>) {
        let is_preflight = asked.as_ref().is_some_and(CrossOrigin::is_preflight);
        let request = asked.map_or_else(Request::default, |asked| asked.request);
        *response = through(&self.layer, request, response);
        if is_preflight {
            // As FastAPI's: some proxies take an empty 200 for a fault.
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
            *response.body_mut() = Body::from("OK");
        }
    }
}
