//! The documentation pages, [`SwaggerUi`], [`Redoc`] and, with the feature `scalar`, Scalar, served from the binary.
//!
//! A page is a handful of [`DocsFile`]s under one path: the HTML, a start script written from
//! the page's options, and the page's assets, which are compiled in. Nothing is loaded from
//! anywhere else, neither at build time nor by the browser, and no script stands in the HTML,
//! so the pages work with no internet and under the strict [`CONTENT_SECURITY_POLICY`] that
//! they send.
//!
//! ```
//! use fastrail::docs::SwaggerUi;
//! use http::HeaderMap;
//!
//! let files = SwaggerUi::new("/api/openapi.json").title("Shop").files("/api/docs");
//! let page = files.iter().find(|file| file.path() == "/api/docs").expect("the page itself");
//! let response = page.respond(&HeaderMap::new());
//! assert_eq!(response.status(), 200);
//! assert!(response.headers().contains_key("content-security-policy"));
//! ```
//!
//! Every address in a page is relative to the page, so a page at `/docs` also works at
//! `/shop/docs` behind a proxy that strips `/shop`. `/docs/` redirects to `/docs`.
//!
//! The pages know nothing of routing, and nothing here reads the OpenAPI document: whoever
//! mounts a page says where the document is.

mod address;
mod assets;
mod html;
mod page;
mod redoc;
#[cfg(feature = "scalar")]
mod scalar;
mod swagger_ui;

pub use self::assets::{CONTENT_SECURITY_POLICY, DocsFile};
pub use self::redoc::Redoc;
#[cfg(feature = "scalar")]
pub use self::scalar::Scalar;
pub use self::swagger_ui::SwaggerUi;

#[cfg(test)]
mod tests;
