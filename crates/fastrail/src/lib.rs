//! FastAPI's developer experience in Rust: one signature gives parsing, validation, dependencies, errors and OpenAPI.
//!
//! ```
//! use fastrail::prelude::*;
//!
//! /// Read one item
//! #[get("/items/{item_id}")]
//! async fn read_item(#[path(ge = 1)] item_id: i64, #[query(max_length = 50)] q: Option<String>) -> String {
//!     format!("item {item_id}, {q:?}")
//! }
//!
//! #[fastrail::test]
//! async fn a_wrong_id_is_explained() {
//!     let client = TestClient::new(App::new("Shop", "1.0.0").include(routes![read_item])).await;
//!     client.get("/items/0").await.assert_status(422);
//! }
//! # fn main() {}
//! ```
//!
//! One folder a concern: [`app`] builds and runs, [`routing`] finds the operation, [`params`] reads arguments,
//! [`schema`] validates and documents types, [`dependency`](mod@dependency) makes values, [`security`] reads credentials,
//! [`response`] and [`error`] answer, [`openapi`] documents, [`middleware`] stands around, [`observability`] tells.
#![forbid(unsafe_code)]

extern crate self as fastrail;

pub mod app;
pub mod background;
#[cfg(feature = "cache")]
pub mod cache;
pub mod dependency;
#[cfg(feature = "docs")]
pub mod docs;
pub mod error;
pub mod events;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "http-client")]
pub mod http_client;
pub mod middleware;
pub mod observability;
pub mod openapi;
pub mod params;
pub mod prelude;
pub mod rate_limit;
#[cfg(feature = "redis")]
pub mod redis;
pub mod request;
pub mod response;
pub mod routing;
pub mod schema;
pub mod security;
pub mod serve;
pub mod settings;
pub mod static_files;
#[cfg(feature = "templates")]
pub mod templates;
#[cfg(feature = "testing")]
pub mod testing;
pub mod websocket;
mod words;

#[doc(hidden)]
pub mod __private;

pub use app::{App, BuildError, BuiltApp, Lifespan, Limits, Shutdown};
pub use axum_core::response::Response;
pub use background::BackgroundTasks;
#[cfg(feature = "cache")]
pub use cache::Cache;
pub use dependency::{Dependency, Join, Outcome, State};
pub use error::{ApiError, Error, ErrorFormat, FastApiErrors, ProblemDetails, ValidationError};
pub use events::{DomainEvent, EventBus};
pub use fastrail_macros::{
    ApiError, Dependency, DomainEvent, SecurityScheme, Settings, delete, dependency, depends, get, head, on_event,
    options, patch, post, put, test, trace, validator, websocket,
};
#[cfg(feature = "http-client")]
pub use http_client::HttpClient;
pub use params::{Argument, BodyStream, Extension, Extract, ExtractBody, FileBytes, UploadFile};
pub use request::{Body, OwnedRequestInfo, RequestId, RequestInfo, TrustedProxies};
pub use response::{
    CookieKeys, Event, FileResponse, Html, JsonLines, Location, NoContent, PlainText, Redirect, Reply, ResponseParts,
    SetCookie, Sse, StreamingResponse,
};
pub use routing::{Operation, Router, Urls};
pub use schema::{Email, Patch, Schema};
pub use secrecy::{ExposeSecret, SecretString};
pub use security::{BearerToken, SecurityScheme};
pub use serve::{Serve, serve};
pub use settings::Settings;
pub use static_files::{Frontend, StaticFiles};
#[cfg(feature = "templates")]
pub use templates::Templates;
pub use websocket::WebSocket;

/// A request as a middleware sees it
pub type Request = http::Request<Body>;

/// A result whose error is the framework's own unless it is named
pub type Result<T, E = Error> = std::result::Result<T, E>;
