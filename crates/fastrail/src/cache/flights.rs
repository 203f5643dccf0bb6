//! Single flight: of many that want one thing, one makes it and the others wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// What is being made now, by its key
#[derive(Debug, Default)]
pub(super) struct Flights {
    flying: Mutex<HashMap<String, watch::Receiver<()>>>,
}

/// Who makes it; dropping it wakes the others, whatever has come of it
#[derive(Debug)]
pub(super) struct Flight {
    flights: Arc<Flights>,
    key: String,
    _landing: watch::Sender<()>,
}

impl Flights {
    /// The first one flies; the others come back with nothing when it has landed
    pub(super) async fn join(self: &Arc<Self>, key: &str) -> Option<Flight> {
        let mut landing = {
            let mut flying = self.flying.lock().unwrap_or_else(PoisonError::into_inner);
            match flying.get(key) {
                Some(landing) => landing.clone(),
                None => {
                    let (sender, receiver) = watch::channel(());
                    flying.insert(key.to_owned(), receiver);
                    return Some(Flight { flights: Arc::clone(self), key: key.to_owned(), _landing: sender });
                }
            }
        };
        // It never sends: it ends.
        let _ = landing.changed().await;
        None
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.flights.flying.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}
