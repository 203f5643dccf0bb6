//! From the operation that emits to the listeners that hear.

use std::any::TypeId;
use std::sync::Arc;

use futures_util::future::join_all;

use super::tell::tell;
use super::{DomainEvent, Subscriber};
use crate::app::AppShared;
use crate::background::BackgroundTasks;
use crate::observability::Origin;

/// Tells events to the listeners of the app, as an argument of operations, dependencies and listeners
///
/// # Errors
/// 503 with `Retry-After` when the app has more waiting than `max_background_waiting` of its [`Limits`](crate::Limits).
#[derive(Clone, Debug)]
pub struct EventBus {
    tasks: BackgroundTasks,
    app: Arc<AppShared>,
    origin: Origin,
}

impl EventBus {
    pub(super) fn new(tasks: BackgroundTasks, app: Arc<AppShared>, origin: Origin) -> Self {
        Self { tasks, app, origin }
    }

    /// Tells an event once the operation has succeeded; see [the guarantees](crate::events)
    ///
    /// With no listener, and no [`RedisStreams`](super::RedisStreams), it costs nothing more.
    pub fn emit<E: DomainEvent>(&self, event: E) {
        let listeners = self.app.listening.of(TypeId::of::<E>());
        let (app, origin) = (Arc::clone(&self.app), self.origin.clone());
        #[cfg(feature = "redis")]
        if self.app.listening.streams.is_some() {
            self.tasks.add(async move {
                let Some(streams) = &app.listening.streams else { return };
                if !streams.send(&event, &origin).await {
                    tell_here(&app, &listeners, event, &origin).await;
                }
            });
            return;
        }
        if !listeners.is_empty() {
            self.tasks.add(async move { tell_here(&app, &listeners, event, &origin).await });
        }
    }
}

/// Tells all listeners of this process, at the same time
async fn tell_here<E: DomainEvent>(app: &Arc<AppShared>, listeners: &[Arc<Subscriber>], event: E, origin: &Origin) {
    let event = Arc::new(event);
    let telling = listeners.iter().map(|listener| {
        let event = Arc::clone(&event);
        tell(app, listener, origin, move |extensions| {
            extensions.insert(event);
        })
    });
    join_all(telling).await;
}
