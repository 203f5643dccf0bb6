//! An app that is ready: how it starts, drains and stops.

use std::any::TypeId;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use serde_json::Value;

use super::handle::AppHandle;
use super::lifespan::{Start, Stop};
use super::{Lifespan, Tasks};
use crate::dependency::StateMap;
use crate::error::Error;

/// An app that is ready to start
pub struct BuiltApp {
    pub(crate) handle: AppHandle,
    pub(crate) document: Arc<Value>,
    pub(crate) title: String,
    pub(crate) docs_path: Option<String>,
    pub(super) state: StateMap,
    pub(super) lifespans: Vec<Start>,
    pub(super) needed: Vec<(TypeId, &'static str, String)>,
    pub(super) stops: Vec<Stop>,
    /// The mounted apps
    pub(super) children: Vec<BuiltApp>,
}

impl BuiltApp {
    /// The OpenAPI document
    pub fn openapi(&self) -> &Value {
        &self.document
    }

    /// Runs the lifespans
    ///
    /// # Errors
    /// A lifespan's own, or a state that an operation takes and nothing provides.
    pub(crate) async fn start(&mut self) -> Result<(), Error> {
        let lifespan = Lifespan::new(std::mem::take(&mut self.state));
        let mut failure = None;
        for start in std::mem::take(&mut self.lifespans) {
            if let Err(error) = start(lifespan.clone()).await {
                failure = Some(Error::cannot_start(format_args!("the app could not start: {error}")));
                break;
            }
        }
        let (state, stops) = lifespan.finish();
        self.stops = stops;
        if failure.is_none() {
            failure = self.missing_state(&state);
        }
        if let Some(error) = failure {
            self.stop().await;
            return Err(error);
        }
        if self.handle.shared.state.set(state).is_err() {
            return Err(Error::cannot_start("an app starts once"));
        }
        #[cfg(feature = "redis")]
        if let Some(limits) = &self.handle.shared.rate_limits {
            limits.start().await;
        }
        #[cfg(feature = "redis")]
        crate::events::start(&self.handle.shared).await;
        for index in 0..self.children.len() {
            if let Err(error) = Box::pin(self.children[index].start()).await {
                self.stop().await;
                return Err(error);
            }
        }
        Ok(())
    }

    fn missing_state(&self, state: &StateMap) -> Option<Error> {
        let missing: Vec<String> = self
            .needed
            .iter()
            .filter(|(id, _, _)| !state.has_type(*id) && !self.handle.shared.overrides.has_type(*id))
            .map(|(_, name, by)| format!("`{by}` takes `State<{name}>`, which nothing provides"))
            .collect();
        if missing.is_empty() {
            return None;
        }
        Some(Error::cannot_start(format_args!(
            "the app could not start: {}; call `App::state` or `Lifespan::provide`",
            missing.join("; ")
        )))
    }

    /// Waits for work that outlived its request, then runs what the lifespans registered, last first
    pub(crate) async fn stop(&mut self) {
        self.drained().await;
        self.run_stops().await;
    }

    /// Says that another process answers at the app's address
    pub(crate) fn hand_over(&self) {
        self.handle.shared.tasks.hand_over();
        self.children.iter().for_each(Self::hand_over);
    }

    /// Tells WebSockets and event streams that the drain begins
    pub(crate) fn stop_endless(&self) {
        self.handle.shared.tasks.stop_endless();
        self.children.iter().for_each(Self::stop_endless);
    }

    /// Waits for work that outlived its request
    pub(crate) fn drained(&self) -> impl Future<Output = ()> + Send + use<> {
        let all = self.tasks();
        async move {
            for tasks in all {
                tasks.drained().await;
            }
        }
    }

    /// The tasks of the app and of those that it mounts
    fn tasks(&self) -> Vec<Tasks> {
        let mounted = self.children.iter().flat_map(Self::tasks);
        std::iter::once(self.handle.shared.tasks.clone()).chain(mounted).collect()
    }

    /// Runs what the lifespans registered, last first; those of mounted apps before our own
    pub(crate) async fn run_stops(&mut self) {
        while let Some(mut child) = self.children.pop() {
            Box::pin(child.run_stops()).await;
        }
        while let Some(stop) = self.stops.pop() {
            stop.await;
        }
    }
}

impl fmt::Debug for BuiltApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BuiltApp").field("title", &self.title).finish_non_exhaustive()
    }
}
