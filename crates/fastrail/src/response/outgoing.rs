//! `ResponseParts`: status, headers and cookies of the answer, set from wherever they are known.

use std::sync::{Arc, Mutex, PoisonError};

use axum_core::response::Response;
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};

use super::{ReplyPart, SetCookie};
use crate::error::{Error, Failure};
use crate::openapi::OperationDoc;
use crate::params::{Argument, ArgumentSpec, Kind, Reading};
use crate::request::RequestContext;

/// What is added to the answer of this request, as an argument of operations and dependencies
///
/// It counts for what the operation answers, not for errors, and replaces the reply's own status and headers of the same
/// name; cookies are added. What only one operation needs is plainer as a tuple: `(StatusCode, SetCookie, Item)`.
///
/// ```
/// use fastrail::ResponseParts;
/// use fastrail::prelude::*;
///
/// #[put("/tasks/{task_id}")]
/// async fn get_or_create(task_id: String, response: ResponseParts) -> String {
///     if task_id != "foo" {
///         response.set_status(StatusCode::CREATED);
///     }
///     task_id
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct ResponseParts {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    status: Option<StatusCode>,
    headers: HeaderMap,
    cookies: Vec<SetCookie>,
    /// Those that an error has as well
    always: Vec<(HeaderName, HeaderValue)>,
}

impl ResponseParts {
    /// Sets the status, in place of the declared one
    pub fn set_status(&self, status: StatusCode) {
        self.lock().status = Some(status);
    }

    /// Sets a header, in place of an earlier value
    pub fn insert_header(&self, name: HeaderName, value: HeaderValue) {
        self.lock().headers.insert(name, value);
    }

    /// Adds a header beside earlier values of its name
    pub fn append_header(&self, name: HeaderName, value: HeaderValue) {
        self.lock().headers.append(name, value);
    }

    /// Sets a cookie; take one back with [`SetCookie::removal`]
    pub fn set_cookie(&self, cookie: SetCookie) {
        self.lock().cookies.push(cookie);
    }

    /// Adds a header to whatever the answer will be, an error too
    pub(crate) fn append_header_always(&self, name: HeaderName, value: HeaderValue) {
        self.lock().always.push((name, value));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it changes what the operation answers
    #[cfg(feature = "cache")]
    pub(crate) fn changes_answer(&self) -> bool {
        let inner = self.lock();
        inner.status.is_some() || !inner.headers.is_empty() || !inner.cookies.is_empty()
    }

    /// Adds itself to an answer whose declared status is known
    pub(crate) fn apply(&self, response: &mut Response) -> Result<(), Error> {
        let mut inner = self.lock();
        let (status, headers, cookies) =
            (inner.status.take(), std::mem::take(&mut inner.headers), std::mem::take(&mut inner.cookies));
        drop(inner);
        if let Some(status) = status {
            *response.status_mut() = status;
        }
        response.headers_mut().extend(headers);
        self.apply_always(response);
        cookies.into_iter().try_for_each(|cookie| cookie.apply(response))
    }

    /// Adds to an error what it has as well
    pub(crate) fn apply_always(&self, response: &mut Response) {
        for (name, value) in &self.lock().always {
            response.headers_mut().append(name.clone(), value.clone());
        }
    }
}

/// How [`ResponseParts`] becomes an argument
#[derive(Debug)]
pub struct ResponsePartsKind;

impl Reading for ResponsePartsKind {}

impl Argument for ResponseParts {
    type Kind = ResponsePartsKind;
}

impl<S: ArgumentSpec<Value = ResponseParts>> Kind<S> for ResponsePartsKind {
    type Input = ();

    fn describe(doc: &mut OperationDoc<'_>) {
        doc.any_status();
    }

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<ResponseParts, Failure> {
        Ok(cx.response_parts.get_or_insert_default().clone())
    }
}
