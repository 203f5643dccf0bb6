//! One request's operation from its first dependency to its last teardown.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use axum_core::response::Response;
use futures_util::FutureExt;

use super::{AfterResponse, Operation};
use crate::dependency::Outcome;
use crate::error::{Error, Failure};
use crate::request::RequestContext;
use crate::response::deferred;

/// Runs an operation, then its teardowns, and answers
///
/// Panics are caught here, inside the operation, so that teardowns run and roll back. What is rare is boxed, here and in
/// all that an operation awaits: its future is as large as the largest of them, and moved for every request.
pub(crate) async fn run<O: Operation>(mut cx: Box<RequestContext>) -> Response {
    let ended = AssertUnwindSafe(invoke::<O>(&mut cx)).catch_unwind().await;
    match ended {
        Ok(Ok(response)) if cx.is_done() => response,
        ended => conclude(&mut cx, ended).await,
    }
}

/// How an operation, or what stands before it, has ended
pub(crate) type Conclusion = Result<Result<Response, Failure>, Box<dyn Any + Send>>;

/// Runs the teardowns, last made first, and answers
pub(crate) async fn conclude(cx: &mut RequestContext, ended: Conclusion) -> Response {
    let (mut result, mut outcome) = match ended {
        Ok(Ok(response)) => {
            let outcome = Outcome::of(response.status());
            (Ok(response), outcome)
        }
        Ok(Err(failure)) => {
            let error = match failure {
                Failure::Invalid => cx.invalid_answer(),
                Failure::Error(error) => error,
            };
            let outcome = Outcome::Failure(error.status());
            (Err(error), outcome)
        }
        Err(panic) => (Err(panicked(&*panic)), Outcome::Panicked),
    };
    while let Some(teardown) = cx.rare_mut().teardowns.before.pop() {
        let ended = AssertUnwindSafe(async { teardown(outcome).await }).catch_unwind().await;
        let error = match ended {
            Ok(Ok(())) => continue,
            Ok(Err(error)) => error,
            Err(panic) => panicked(&*panic),
        };
        if outcome.is_success() {
            outcome = Outcome::Failure(error.status());
            result = Err(error);
        } else {
            tracing::warn!(error = ?error, request_id = cx.id.as_str(), "a teardown failed after the request had failed");
        }
    }
    let mut response = match result {
        Ok(response) => response,
        Err(error) => {
            let mut response = cx.endpoint.errors.answer(error, cx.info()).await;
            if let Some(parts) = &cx.response_parts {
                parts.apply_always(&mut response);
            }
            response
        }
    };
    let rare = cx.rare_mut();
    if let Some(work) = rare.background.take().and_then(|tasks| tasks.due(outcome)) {
        rare.teardowns.after.push(work.into_teardown());
    }
    if !rare.teardowns.after.is_empty() {
        let teardowns = std::mem::take(&mut rare.teardowns.after);
        AfterResponse::attach(&mut response, teardowns, outcome, cx.app.tasks.clone());
    }
    response
}

/// Runs the operation and builds its answer, with what has been set beside it
async fn invoke<O: Operation>(cx: &mut RequestContext) -> Result<Response, Failure> {
    let mut response = O::invoke(cx).await?;
    if let Some(parts) = &cx.response_parts {
        parts.apply(&mut response).map_err(Failure::Error)?;
    }
    if deferred::is_promised(&response) {
        response = Box::pin(deferred::finish(response, cx)).await.map_err(Failure::Error)?;
    }
    Ok(response)
}

/// 500 for a panic; its message goes to the log only
pub(crate) fn panicked(payload: &(dyn Any + Send)) -> Error {
    let message = payload
        .downcast_ref::<&str>()
        .map(|message| (*message).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned());
    Error::internal(format_args!("panicked: {message}"))
}
