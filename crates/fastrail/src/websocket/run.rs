//! One WebSocket from its handshake to its close code.

use std::pin::pin;
use std::sync::Arc;

use axum_core::response::Response;
use http::StatusCode;
use tokio::sync::oneshot;

use super::{Close, Handshake};
use crate::error::Error;
use crate::observability::Origin;
use crate::request::RequestContext;
use crate::routing::Operation;

/// Runs a `#[websocket]` operation: the answer is a refusal, or 101 while the operation goes on in a task of its own,
/// which the drain waits for
pub(crate) async fn run<O: Operation>(mut cx: Box<RequestContext>) -> Response {
    let (app, endpoint) = (Arc::clone(&cx.app), Arc::clone(&cx.endpoint));
    let (accept, accepted) = oneshot::channel();
    let handshake = match Handshake::of(&mut cx.parts, &app, accept) {
        Ok(handshake) => handshake,
        Err(error) => return endpoint.errors.answer(error, cx.info()).await,
    };
    let link = Arc::clone(&handshake.link);
    let info = cx.info().to_owned();
    let origin = Origin::of(&cx);
    cx.websocket = Some(Box::new(handshake));
    let mut operation = Box::pin(crate::routing::run::<O>(cx));
    let mut accepted = pin!(accepted);
    let response = tokio::select! {
        biased;
        response = &mut operation => {
            if response.status().is_success() {
                return endpoint.errors.answer(Error::of_status(StatusCode::FORBIDDEN), info.as_ref()).await;
            }
            return response;
        }
        Ok(response) = &mut accepted => response,
    };
    let (request_id, trace_id) = (origin.id.as_str(), origin.trace_id());
    let span = tracing::error_span!(target: "fastrail::request", parent: None, "websocket", request_id, trace_id);
    app.tasks.spawn_if_running(origin.carry(span, async move {
        let status = operation.await.status();
        link.say_goodbye(Close::new(close_code(status), ""));
    }));
    response
}

/// How the operation ended, as a close code (RFC 6455 §7.4.1)
fn close_code(status: StatusCode) -> u16 {
    match status {
        StatusCode::UNPROCESSABLE_ENTITY => 1007,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => 1003,
        status if status.is_server_error() => 1011,
        status if status.is_client_error() => 1008,
        _ => 1000,
    }
}
