//! Cross-origin requests: an allow-list (WHATWG Fetch §3.2).

use http::HeaderValue;
use http::Method;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{Middleware, Pipeline};

/// Lets pages of the listed origins call the API; every other origin is refused by the browser
///
/// Allows the usual methods and the headers `Accept`, `Authorization`, `Content-Type` and `X-Request-Id`.
/// `*` allows everyone, and then no credentials: an app with both does not start.
#[derive(Clone, Debug)]
pub struct Cors {
    origins: Vec<String>,
    credentials: bool,
}

impl Cors {
    /// The origins that may call, such as `https://shop.example`, or `*`
    pub fn allow<O: Into<String>>(origins: impl IntoIterator<Item = O>) -> Self {
        Self { origins: origins.into_iter().map(Into::into).collect(), credentials: false }
    }

    /// Lets the pages send cookies and read the answers
    #[must_use]
    pub fn with_credentials(mut self) -> Self {
        self.credentials = true;
        self
    }

    fn origins(&self) -> Result<AllowOrigin, String> {
        if self.origins.iter().any(|origin| origin == "*") {
            if self.credentials {
                return Err("CORS: `*` with credentials would open the API to every site; list the origins".to_owned());
            }
            return Ok(AllowOrigin::any());
        }
        let origins: Result<Vec<HeaderValue>, String> = self
            .origins
            .iter()
            .map(|origin| {
                let has_scheme = origin.starts_with("https://") || origin.starts_with("http://");
                let bare = origin.matches('/').count() == 2;
                HeaderValue::from_str(origin)
                    .ok()
                    .filter(|_| has_scheme && bare)
                    .ok_or_else(|| format!("CORS: `{origin}` is no origin; write it like `https://shop.example`"))
            })
            .collect();
        origins.map(AllowOrigin::list)
    }
}

impl Middleware for Cors {
    fn install(self, pipeline: &mut Pipeline) {
        match self.origins() {
            Err(problem) => pipeline.refuse(problem),
            Ok(origins) => {
                let methods = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
                let headers = [ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName::from_static("x-request-id")];
                CorsLayer::new()
                    .allow_origin(origins)
                    .allow_methods(methods)
                    .allow_headers(headers)
                    .allow_credentials(self.credentials)
                    .install(pipeline);
            }
        }
    }
}
