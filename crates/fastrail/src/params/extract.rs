//! axum's extractors as arguments.

use std::ops::{Deref, DerefMut};

use axum_core::RequestExt;
use axum_core::extract::{DefaultBodyLimit, FromRequest, FromRequestParts};
use axum_core::response::{IntoResponse, Response};
use http_body_util::BodyExt;

use super::{Argument, ArgumentSpec, Kind, Reading};
use crate::error::{Error, Failure};
use crate::openapi::OperationDoc;
use crate::request::RequestContext;

/// Takes any axum extractor that leaves the body alone (`FromRequestParts<()>`)
///
/// What it rejects is answered in the app's own error shape, with the extractor's status and text. It is not
/// documented, since an extractor does not say what it reads.
#[derive(Clone, Copy, Debug)]
pub struct Extract<T>(pub T);

/// Takes any axum extractor that reads the body (`FromRequest<()>`), such as `axum::body::Bytes` or `Request`
#[derive(Clone, Copy, Debug)]
pub struct ExtractBody<T>(pub T);

impl<T> Deref for Extract<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Extract<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> Deref for ExtractBody<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// How [`Extract`] becomes an argument
#[derive(Debug)]
pub struct ExtractKind;

impl Reading for ExtractKind {}

/// How [`ExtractBody`] becomes an argument
#[derive(Debug)]
pub struct ExtractBodyKind;

impl Reading for ExtractBodyKind {}

impl<T: FromRequestParts<()> + Send + 'static> Argument for Extract<T> {
    type Kind = ExtractKind;
}

impl<T: FromRequest<()> + Send + 'static> Argument for ExtractBody<T> {
    type Kind = ExtractBodyKind;
}

impl<S, T> Kind<S> for ExtractKind
where
    S: ArgumentSpec<Value = Extract<T>>,
    T: FromRequestParts<()> + Send + 'static,
{
    type Input = ();

    fn describe(doc: &mut OperationDoc<'_>) {
        doc.any_error();
    }

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<Extract<T>, Failure> {
        let extracted = T::from_request_parts(&mut cx.parts, &()).await.map_err(IntoResponse::into_response);
        match extracted {
            Ok(value) => Ok(Extract(value)),
            Err(response) => Err(rejected(response).await),
        }
    }
}

impl<S, T> Kind<S> for ExtractBodyKind
where
    S: ArgumentSpec<Value = ExtractBody<T>>,
    T: FromRequest<()> + Send + 'static,
{
    type Input = ();

    fn describe(doc: &mut OperationDoc<'_>) {
        doc.takes_raw_body(S::meta());
        doc.any_error();
    }

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<ExtractBody<T>, Failure> {
        let mut request = http::Request::from_parts(cx.parts.clone(), cx.body.take());
        // axum's own limit of 2 MiB gives way to the app's.
        DefaultBodyLimit::max(cx.limits().max_body_bytes).apply(&mut request);
        let request = request.with_limited_body();
        let extracted = T::from_request(request, &()).await.map_err(IntoResponse::into_response);
        match extracted {
            Ok(value) => Ok(ExtractBody(value)),
            Err(response) => Err(rejected(response).await),
        }
    }
}

/// A rejection in the app's own shape: the extractor's status and, for the client's faults, its text
async fn rejected(response: Response) -> Failure {
    let (parts, body) = response.into_parts();
    let text = match body.collect().await {
        Ok(body) => String::from_utf8_lossy(&body.to_bytes()).into_owned(),
        Err(_) => String::new(),
    };
    let error = if parts.status.is_client_error() && !text.is_empty() {
        Error::new(parts.status.as_u16(), text)
    } else {
        Error::of_status(if parts.status.is_client_error() {
            parts.status
        } else {
            http::StatusCode::INTERNAL_SERVER_ERROR
        })
        .with_log_detail(text)
    };
    Failure::Error(error)
}
