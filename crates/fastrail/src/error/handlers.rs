//! Handlers that an app sets for an error type or a status, in place of the app's format.

use std::any::TypeId;
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;

use axum_core::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use http::StatusCode;

use super::{ApiError, Error, ErrorFormat, FastApiErrors};
use crate::request::{OwnedRequestInfo, RequestInfo};

type Handler = Arc<dyn Fn(Error, OwnedRequestInfo) -> BoxFuture<'static, Response> + Send + Sync>;

/// How an app answers its failures: its handlers first, then its format
#[derive(Clone)]
pub(crate) struct ErrorAnswers {
    pub(crate) format: Arc<dyn ErrorFormat>,
    by_type: HashMap<TypeId, Handler>,
    by_status: HashMap<StatusCode, Handler>,
}

impl Default for ErrorAnswers {
    fn default() -> Self {
        Self { format: Arc::new(FastApiErrors), by_type: HashMap::new(), by_status: HashMap::new() }
    }
}

impl ErrorAnswers {
    pub(crate) fn handle_type<E, F, Fut, R>(&mut self, handler: F)
    where
        E: ApiError,
        F: Fn(E, OwnedRequestInfo) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = R> + Send + 'static,
        R: IntoResponse,
    {
        let handler = Arc::new(handler);
        self.by_type.insert(
            TypeId::of::<E>(),
            Arc::new(move |mut error, request| {
                let handler = Arc::clone(&handler);
                Box::pin(async move {
                    match error.take_origin::<E>() {
                        Some(origin) => handler(origin, request).await.into_response(),
                        None => Error::internal("an error handler's error had another type").status().into_response(),
                    }
                })
            }),
        );
    }

    pub(crate) fn handle_status<F, Fut, R>(&mut self, status: StatusCode, handler: F)
    where
        F: Fn(Error, OwnedRequestInfo) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = R> + Send + 'static,
        R: IntoResponse,
    {
        let handler = Arc::new(handler);
        self.by_status.insert(
            status,
            Arc::new(move |error, request| {
                let handler = Arc::clone(&handler);
                Box::pin(async move { handler(error, request).await.into_response() })
            }),
        );
    }

    /// Logs what only the log may say, and answers
    pub(crate) async fn answer(&self, error: Error, request: RequestInfo<'_>) -> Response {
        log(&error, &request);
        let handler = error
            .origin_type()
            .and_then(|origin| self.by_type.get(&origin))
            .or_else(|| self.by_status.get(&error.status()));
        match handler {
            Some(handler) => handler(error, request.to_owned()).await,
            None => self.render(&error, &request),
        }
    }

    /// The answer of the error's own format, else of the app's
    pub(crate) fn render(&self, error: &Error, request: &RequestInfo<'_>) -> Response {
        let format = error.format().unwrap_or(&*self.format);
        let mut response = format.render(error, request);
        for (name, value) in error.headers() {
            response.headers_mut().insert(name, value.clone());
        }
        response
    }
}

fn log(error: &Error, request: &RequestInfo<'_>) {
    let detail = error.log_detail();
    if error.status().is_server_error() {
        tracing::error!(
            status = error.status().as_u16(),
            code = error.code(),
            request_id = request.request_id(),
            detail,
            "request failed"
        );
    } else if let Some(detail) = detail {
        tracing::info!(
            status = error.status().as_u16(),
            code = error.code(),
            request_id = request.request_id(),
            detail,
            "request refused"
        );
    }
}
