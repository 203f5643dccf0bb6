//! What the macros write paths to. Not part of the public API.

pub use crate::schema::model;
pub use futures_util::future::BoxFuture;
pub use http::request::Parts;
pub use http::{HeaderMap, Method, StatusCode, header};
pub use secrecy::SecretString;
pub use {serde, serde_json};

pub use axum_core::response::Response;

pub use crate::routing::Outer;

/// What a listener hears whose own event could not be found
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct NoEvent;

impl crate::events::DomainEvent for NoEvent {
    const NAME: &'static str = "";
}

/// Runs a blocking fn of a user on the blocking pool; its panic goes on in the caller
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => value,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => panic!("the blocking pool is shutting down: {error}"),
        },
    }
}
