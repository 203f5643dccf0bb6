//! How an event becomes the argument of a listener, and the bus one of any operation.

use std::any::TypeId;
use std::sync::Arc;

use super::{DomainEvent, EventBus};
use crate::error::{Error, Failure};
use crate::observability::Origin;
use crate::openapi::OperationDoc;
use crate::params::{Argument, ArgumentSpec, Kind, Reading};
use crate::request::RequestContext;

/// The kind of the event that an `#[on_event]` fn takes
#[derive(Debug)]
pub struct EventKind;

impl Reading for EventKind {}

impl<E: DomainEvent> Argument for Arc<E> {
    type Kind = EventKind;
}

impl<S, E> Kind<S> for EventKind
where
    S: ArgumentSpec<Value = Arc<E>>,
    E: DomainEvent,
{
    type Input = ();

    fn describe(doc: &mut OperationDoc<'_>) {
        doc.takes_event(TypeId::of::<E>(), E::NAME);
    }

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<Arc<E>, Failure> {
        let event = cx.parts.extensions.get::<Arc<E>>().cloned();
        // The build lets nothing but a listener of this event take it.
        event.ok_or_else(|| Failure::Error(Error::internal(format_args!("no event `{}` is being told", E::NAME))))
    }
}

/// The kind of [`EventBus`]
#[derive(Debug)]
pub struct BusKind;

impl Reading for BusKind {}

impl Argument for EventBus {
    type Kind = BusKind;
}

impl<S: ArgumentSpec<Value = EventBus>> Kind<S> for BusKind {
    type Input = ();

    fn describe(doc: &mut OperationDoc<'_>) {
        doc.overload();
    }

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<EventBus, Failure> {
        let tasks = cx.background_tasks()?;
        Ok(EventBus::new(tasks, Arc::clone(&cx.app), Origin::of(cx)))
    }
}
