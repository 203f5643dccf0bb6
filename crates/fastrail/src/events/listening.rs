//! Who listens, by the event's type.

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;

use http::Extensions;

use super::DomainEvent;
#[cfg(feature = "redis")]
use super::RedisStreams;
use crate::routing::Endpoint;

/// The event that a listener hears
#[derive(Clone, Copy)]
pub(crate) struct Heard {
    event: TypeId,
    pub(super) name: &'static str,
    /// Reads it from JSON into the place that the listener takes it from
    #[cfg_attr(not(feature = "redis"), allow(dead_code, reason = "events are read where they come from elsewhere"))]
    pub(super) read: fn(&[u8], &mut Extensions) -> Result<(), serde_json::Error>,
}

impl Heard {
    pub(super) fn of<E: DomainEvent>() -> Self {
        Self {
            event: TypeId::of::<E>(),
            name: E::NAME,
            read: |json, extensions| {
                extensions.insert(Arc::new(serde_json::from_slice::<E>(json)?));
                Ok(())
            },
        }
    }
}

impl fmt::Debug for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// One listener of an app
#[derive(Debug)]
pub(crate) struct Subscriber {
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) heard: Heard,
}

impl Subscriber {
    /// The name of its fn
    pub(super) fn name(&self) -> &'static str {
        self.endpoint.meta.name
    }
}

/// The listeners of an app, and by which way events come to them
#[derive(Debug, Default)]
pub(crate) struct Listening {
    listeners: Vec<(TypeId, Arc<[Arc<Subscriber>]>)>,
    #[cfg(feature = "redis")]
    pub(crate) streams: Option<RedisStreams>,
}

impl Listening {
    pub(crate) fn add(&mut self, heard: Heard, endpoint: Endpoint) {
        let listener = Arc::new(Subscriber { endpoint: Arc::new(endpoint), heard });
        match self.listeners.iter_mut().find(|(known, _)| *known == heard.event) {
            Some((_, listeners)) => *listeners = listeners.iter().cloned().chain([listener]).collect(),
            None => self.listeners.push((heard.event, Arc::new([listener]))),
        }
    }

    pub(super) fn of(&self, event: TypeId) -> Arc<[Arc<Subscriber>]> {
        self.listeners.iter().find(|(known, _)| *known == event).map(|(_, found)| Arc::clone(found)).unwrap_or_default()
    }

    /// All of them
    #[cfg(feature = "redis")]
    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Subscriber>> {
        self.listeners.iter().flat_map(|(_, listeners)| listeners.iter())
    }

    /// What instances could not tell apart: a stream has one reader of a name
    #[cfg(feature = "redis")]
    pub(crate) fn problems(&self) -> Vec<String> {
        if self.streams.is_none() {
            return Vec::new();
        }
        let all: Vec<_> = self.all().map(|listener| (listener.heard.name, listener.name())).collect();
        let again = |index: usize| all[..index].contains(&all[index]);
        let problem = |index: usize| {
            let (event, name) = all[index];
            format!(
                "two listeners of `{event}` are called `{name}`: over Redis a listener is known by its name, rename one"
            )
        };
        (0..all.len()).filter(|index| again(*index)).map(problem).collect()
    }
}
