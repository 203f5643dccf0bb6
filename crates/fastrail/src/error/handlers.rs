//! Handlers that an app sets for an error type or a status, in place of the app's format.

use std::any::TypeId;
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;

use axum_core::response::{IntoResponse, Response};
use futures_util::future::{BoxFuture, Either, Ready, ready};
use http::StatusCode;

use super::{ApiError, Error, ErrorFormat, FastApiErrors};
use crate::request::{OwnedRequestInfo, RequestInfo};

type Handler = Arc<dyn Fn(Error, OwnedRequestInfo) -> BoxFuture<'static, Response> + Send + Sync>;

/// The answer to a failure: a handler's, or the format's
type Answered = Either<BoxFuture<'static, Response>, Ready<Response>>;

/// How an app answers its failures: its handlers first, then its format
#[derive(Clone, Default)]
pub(crate) struct ErrorAnswers {
    /// `None`: the one around it
    format: Option<Arc<dyn ErrorFormat>>,
    by_type: HashMap<TypeId, Handler>,
    by_status: HashMap<StatusCode, Handler>,
    any: Option<Handler>,
}

impl ErrorAnswers {
    /// Everything in one format
    pub(crate) fn of(format: Arc<dyn ErrorFormat>) -> Self {
        Self { format: Some(format), ..Self::default() }
    }

    pub(crate) fn set_format(&mut self, format: Arc<dyn ErrorFormat>) {
        self.format = Some(format);
    }

    /// The format; FastAPI's unless one was set
    pub(crate) fn format(&self) -> &dyn ErrorFormat {
        self.format.as_deref().unwrap_or(&FastApiErrors)
    }

    /// Whether nothing was set
    pub(crate) fn is_empty(&self) -> bool {
        self.format.is_none() && self.by_type.is_empty() && self.by_status.is_empty() && self.any.is_none()
    }

    /// Lays this over what is set around it; a format of its own leaves nothing of that
    pub(crate) fn over(mut self, around: &Self) -> Self {
        if self.format.is_none() {
            self.format.clone_from(&around.format);
            for (id, handler) in &around.by_type {
                self.by_type.entry(*id).or_insert_with(|| Arc::clone(handler));
            }
            for (status, handler) in &around.by_status {
                self.by_status.entry(*status).or_insert_with(|| Arc::clone(handler));
            }
            self.any = self.any.or_else(|| around.any.clone());
        }
        self
    }

    /// Whether a status has a handler
    pub(crate) fn handles(&self, status: StatusCode) -> bool {
        self.by_status.contains_key(&status)
    }

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

    pub(crate) fn handle_any<F, Fut, R>(&mut self, handler: F)
    where
        F: Fn(Error, OwnedRequestInfo) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = R> + Send + 'static,
        R: IntoResponse,
    {
        let handler = Arc::new(handler);
        self.any = Some(Arc::new(move |error, request| {
            let handler = Arc::clone(&handler);
            Box::pin(async move { handler(error, request).await.into_response() })
        }));
    }

    /// Logs what only the log may say, and answers; at once, where no handler of the app does
    pub(crate) fn answer(&self, mut error: Error, request: RequestInfo<'_>) -> Answered {
        log(&error, &request);
        match self.handler(&mut error) {
            Some(handler) => Either::Left(handler(error, request.to_owned())),
            None => Either::Right(ready(self.render(&error, &request))),
        }
    }

    /// The handler of the error's type, else of the type that it transparently holds, else of its status, else of any
    fn handler(&self, error: &mut Error) -> Option<&Handler> {
        while !self.by_type.is_empty()
            && let Some(origin) = error.origin_type()
        {
            if let Some(handler) = self.by_type.get(&origin) {
                return Some(handler);
            }
            if !error.unwrap_transparent() {
                break;
            }
        }
        self.by_status.get(&error.status()).or(self.any.as_ref())
    }

    /// The answer of the error's own format, else of the app's
    pub(crate) fn render(&self, error: &Error, request: &RequestInfo<'_>) -> Response {
        let format = error.format().unwrap_or(self.format());
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
