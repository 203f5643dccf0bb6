//! The pages that an app serves by itself: its document and the documentation.

use std::sync::Arc;

use axum_core::response::Response;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::request::Body;
use crate::routing::Page;

/// Where the pages are
#[derive(Clone)]
pub(crate) struct DocsPages {
    pub(crate) openapi: Option<String>,
    pub(crate) swagger_ui: Option<String>,
    pub(crate) redoc: Option<String>,
    #[cfg(feature = "docs")]
    pub(crate) change_swagger_ui: Option<ChangeSwaggerUi>,
    #[cfg(feature = "scalar")]
    pub(crate) scalar: Option<String>,
}

/// What an app changes of Swagger UI's page
#[cfg(feature = "docs")]
pub(crate) type ChangeSwaggerUi = Arc<dyn Fn(crate::docs::SwaggerUi) -> crate::docs::SwaggerUi + Send + Sync>;

impl Default for DocsPages {
    fn default() -> Self {
        Self {
            openapi: Some("/openapi.json".to_owned()),
            swagger_ui: Some("/docs".to_owned()),
            redoc: Some("/redoc".to_owned()),
            #[cfg(feature = "docs")]
            change_swagger_ui: None,
            #[cfg(feature = "scalar")]
            scalar: Some("/scalar".to_owned()),
        }
    }
}

impl DocsPages {
    /// The pages with their paths
    pub(crate) fn serve(&self, title: &str, document: &Value) -> Vec<(String, Page)> {
        let Some(openapi) = &self.openapi else { return Vec::new() };
        let mut pages = vec![(openapi.clone(), document_page(document))];
        pages.extend(self.documentation(title, openapi));
        pages
    }

    #[cfg(feature = "docs")]
    fn documentation(&self, title: &str, openapi: &str) -> Vec<(String, Page)> {
        use crate::docs::{Redoc, SwaggerUi};
        let mut files = Vec::new();
        if let Some(path) = &self.swagger_ui {
            let page = SwaggerUi::new(openapi).title(format!("{title} - Swagger UI"));
            let page = self.change_swagger_ui.as_ref().map_or_else(|| page.clone(), |change| change(page.clone()));
            files.extend(page.files(path));
        }
        if let Some(path) = &self.redoc {
            files.extend(Redoc::new(openapi).title(format!("{title} - ReDoc")).files(path));
        }
        #[cfg(feature = "scalar")]
        if let Some(path) = &self.scalar {
            let page = crate::docs::Scalar::new(openapi).title(format!("{title} - Scalar"));
            files.extend(page.files(path));
        }
        let page = |file: crate::docs::DocsFile| {
            let path = file.path().to_owned();
            let page: Page = Arc::new(move |headers: &HeaderMap| file.respond(headers).map(Body::from));
            (path, page)
        };
        files.into_iter().map(page).collect()
    }

    #[cfg(not(feature = "docs"))]
    fn documentation(&self, _: &str, _: &str) -> Vec<(String, Page)> {
        Vec::new()
    }
}

/// The document, serialized once, revalidated by its ETag
fn document_page(document: &Value) -> Page {
    let body = Bytes::from(document.to_string());
    let etag = HeaderValue::from_str(&format!("\"{:016x}\"", fnv1a(&body))).expect("invariant: hexadecimal");
    Arc::new(move |headers: &HeaderMap| {
        let fresh = headers.get(IF_NONE_MATCH) == Some(&etag);
        let mut response = Response::new(if fresh { Body::empty() } else { Body::from(body.clone()) });
        if fresh {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        response.headers_mut().insert(ETAG, etag.clone());
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    })
}

/// FNV-1a: tells versions of the document apart, nothing more
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
