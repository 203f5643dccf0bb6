//! What runs before the first request and after the last.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;

use crate::dependency::StateMap;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
pub(super) type Start = Box<dyn FnOnce(Lifespan) -> BoxFuture<'static, Result<(), BoxError>> + Send>;
pub(super) type Stop = BoxFuture<'static, ()>;

/// What a lifespan fn works with: it provides typed state, and registers what to do at the end
///
/// ```
/// use fastrail::prelude::*;
///
/// #[derive(Clone)]
/// struct Pool;
///
/// async fn connect_database(lifespan: Lifespan) -> Result<()> {
///     let pool = Pool;
///     lifespan.provide(pool.clone());
///     lifespan.on_shutdown(async move { drop(pool) });
///     Ok(())
/// }
///
/// let app = App::new("Shop", "1.0.0").lifespan(connect_database);
/// ```
#[derive(Clone)]
pub struct Lifespan {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    state: StateMap,
    stops: Vec<Stop>,
}

impl Lifespan {
    pub(super) fn new(state: StateMap) -> Self {
        Self { inner: Arc::new(Mutex::new(Inner { state, stops: Vec::new() })) }
    }

    /// Holds a value for [`State`](crate::State) arguments, found by its type
    pub fn provide<T: Clone + Send + Sync + 'static>(&self, value: T) {
        self.lock().state.insert(value);
    }

    /// A value that was provided before
    pub fn get<T: Clone + 'static>(&self) -> Option<T> {
        self.lock().state.get::<T>().cloned()
    }

    /// Runs after the last request has been answered; last registered first
    pub fn on_shutdown(&self, stop: impl Future<Output = ()> + Send + 'static) {
        self.lock().stops.push(Box::pin(stop));
    }

    pub(super) fn finish(&self) -> (StateMap, Vec<Stop>) {
        let inner = std::mem::take(&mut *self.lock());
        (inner.state, inner.stops)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Lifespan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lifespan")
    }
}

pub(super) fn boxed<F, Fut, E>(start: F) -> Start
where
    F: FnOnce(Lifespan) -> Fut + Send + 'static,
    Fut: Future<Output = Result<(), E>> + Send + 'static,
    E: Into<BoxError>,
{
    Box::new(move |lifespan| Box::pin(async move { start(lifespan).await.map_err(Into::into) }))
}
