//! A fn that hears an event, as its macro lowers it.

use std::sync::Arc;

use axum_core::response::{IntoResponse, Response};
use http::StatusCode;

use super::{DomainEvent, Heard};
use crate::background::TaskOutput;
use crate::error::{Error, Failure};
use crate::routing::{Operation, Route};

/// A fn that `#[on_event]` has made a listener; the macro implements it
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no listener",
    label = "this has no `#[on_event]`",
    note = "put `#[on_event]` above the fn: `async fn greet(event: Arc<UserRegistered>) {{ … }}`"
)]
pub trait Listen: Operation {
    /// The type of the fn's first argument
    type Argument: Received;
}

/// What the first argument of a listener is: the event, shared by all that hear it
#[diagnostic::on_unimplemented(
    message = "the first argument of a listener is the event",
    label = "not an event",
    note = "take it as `event: Arc<UserRegistered>`, and derive `DomainEvent` for its type"
)]
pub trait Received {
    /// The event
    type Event: DomainEvent;
}

impl<E: DomainEvent> Received for Arc<E> {
    type Event = E;
}

/// One listener, as `listeners![…]` lists it
#[derive(Clone, Copy, Debug)]
pub struct Listener {
    pub(crate) route: Route,
    pub(crate) heard: Heard,
}

impl Listener {
    /// The listener that a fn is; `listeners![…]` writes it
    #[must_use]
    pub fn of<L: Listen>() -> Vec<Self> {
        let heard = Heard::of::<<L::Argument as Received>::Event>();
        L::routes().into_iter().map(|route| Self { route, heard }).collect()
    }
}

/// What a listener's fn has come to, for whoever runs it; the macro writes it
///
/// # Errors
/// The fn's own, in the words of its `Display`, for the log.
pub fn listened<O: TaskOutput>(output: O) -> Result<Response, Failure> {
    match output.into_result() {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(failure) => Err(Failure::Error(Error::internal(failure))),
    }
}

/// Lists listeners for [`App::listeners`](crate::App::listeners)
#[macro_export]
macro_rules! listeners {
    ($($listener:path),* $(,)?) => {{
        let mut listeners: ::std::vec::Vec<$crate::events::Listener> = ::std::vec::Vec::new();
        $({
            // A type of its own, so that what is none is underlined itself.
            type __Listener = $listener;
            listeners.extend($crate::events::Listener::of::<__Listener>());
        })*
        listeners
    }};
}
