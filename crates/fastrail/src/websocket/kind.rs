//! How a WebSocket becomes an argument.

use super::{WebSocket, WebSocketUpgrade};
use crate::error::{Error, Failure};
use crate::openapi::OperationDoc;
use crate::params::{Argument, ArgumentSpec, Kind, Reading};
use crate::request::RequestContext;

/// The kind of [`WebSocket`]
#[derive(Debug)]
pub struct WebSocketKind;

/// The kind of [`WebSocketUpgrade`]
#[derive(Debug)]
pub struct WebSocketUpgradeKind;

impl Reading for WebSocketKind {}

impl Reading for WebSocketUpgradeKind {}

impl Argument for WebSocket {
    type Kind = WebSocketKind;
}

impl Argument for WebSocketUpgrade {
    type Kind = WebSocketUpgradeKind;
}

impl<S: ArgumentSpec<Value = WebSocket>> Kind<S> for WebSocketKind {
    type Input = ();

    fn describe(doc: &mut OperationDoc<'_>) {
        doc.takes_websocket();
    }

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<WebSocket, Failure> {
        match &mut cx.websocket {
            Some(handshake) => Ok(handshake.socket()),
            None => Err(no_handshake()),
        }
    }
}

impl<S: ArgumentSpec<Value = WebSocketUpgrade>> Kind<S> for WebSocketUpgradeKind {
    type Input = ();

    fn describe(doc: &mut OperationDoc<'_>) {
        doc.takes_websocket();
    }

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<WebSocketUpgrade, Failure> {
        cx.websocket.take().map(|handshake| WebSocketUpgrade::new(*handshake)).ok_or_else(no_handshake)
    }
}

/// The build lets exactly one argument of a `#[websocket]` fn take the handshake
fn no_handshake() -> Failure {
    Failure::Error(Error::internal("the WebSocket of this request is taken already"))
}

impl RequestContext {
    /// Accepts the handshake, when the fn takes the open [`WebSocket`]; the macro calls it last before the fn
    ///
    /// # Errors
    /// The client has left.
    pub async fn accept_websocket(&mut self) -> Result<(), Failure> {
        match self.websocket.take_if(|handshake| handshake.is_taken()) {
            Some(handshake) => handshake.accept(None).await.map_err(|error| Failure::Error(error.into())),
            None => Ok(()),
        }
    }
}
