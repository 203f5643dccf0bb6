//! A circuit for each host: whoever has failed too often is left alone for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::HttpClientError;

/// Hosts that have failed of late and are remembered; clients may choose them
const MAX_HOSTS: usize = 1_024;

/// The hosts that have failed and not succeeded since
pub(super) struct Circuits {
    hosts: Mutex<HashMap<String, Circuit>>,
    failures: u32,
    pause: Duration,
}

#[derive(Default)]
struct Circuit {
    /// In a row
    failures: u32,
    /// Nobody calls before; after it, one does
    open_until: Option<Instant>,
    /// Whether that one is on its way
    is_tried: bool,
}

impl Circuits {
    pub(super) fn new(failures: u32, pause: Duration) -> Self {
        Self { hosts: Mutex::default(), failures, pause }
    }

    /// Lets a call through, or says when to come again
    pub(super) fn enter(self: &Arc<Self>, host: &str) -> Result<Pass, HttpClientError> {
        let mut is_trial = false;
        if let Some(circuit) = self.lock().get_mut(host)
            && let Some(until) = circuit.open_until
        {
            let wait = until.saturating_duration_since(Instant::now());
            if !wait.is_zero() || circuit.is_tried {
                return Err(HttpClientError::CircuitOpen { host: host.to_owned(), wait });
            }
            circuit.is_tried = true;
            is_trial = true;
        }
        Ok(Pass { circuits: Arc::clone(self), host: host.to_owned(), is_trial })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Circuit>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, host: &str) {
        let mut hosts = self.lock();
        if hosts.len() >= MAX_HOSTS && !hosts.contains_key(host) {
            // Those that only began to fail can be told apart again; where all are open, the new one is not watched.
            hosts.retain(|_, circuit| circuit.open_until.is_some_and(|until| until > Instant::now()));
            if hosts.len() >= MAX_HOSTS {
                return;
            }
        }
        let circuit = hosts.entry(host.to_owned()).or_default();
        circuit.failures = circuit.failures.saturating_add(1);
        circuit.is_tried = false;
        if circuit.failures >= self.failures {
            let was_open = circuit.open_until.replace(Instant::now() + self.pause).is_some();
            if !was_open {
                tracing::warn!(host, failures = circuit.failures, pause = ?self.pause, "a server has failed too often; calls fail at once");
            }
        }
    }

    fn succeeded(&self, host: &str) {
        let removed = self.lock().remove(host);
        if removed.is_some_and(|circuit| circuit.open_until.is_some()) {
            tracing::info!(host, "a server is called again");
        }
    }
}

/// A call that was let through; dropped without an outcome, it has had none
pub(super) struct Pass {
    circuits: Arc<Circuits>,
    host: String,
    is_trial: bool,
}

impl Pass {
    /// Tells how it went
    pub(super) fn end(mut self, has_failed: bool) {
        self.is_trial = false;
        if has_failed { self.circuits.failed(&self.host) } else { self.circuits.succeeded(&self.host) }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.is_trial
            && let Some(circuit) = self.circuits.lock().get_mut(&self.host)
        {
            circuit.is_tried = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(10);

    fn circuits() -> Arc<Circuits> {
        Arc::new(Circuits::new(3, PAUSE))
    }

    fn fail(circuits: &Arc<Circuits>, times: u32) {
        for _ in 0..times {
            circuits.enter("a").expect("closed").end(true);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_opens_after_failures_in_a_row_and_closes_when_one_call_succeeds() {
        let circuits = circuits();
        fail(&circuits, 2);
        circuits.enter("a").expect("closed").end(false);
        fail(&circuits, 3);
        let refused = circuits.enter("a").err();
        assert_eq!(refused, Some(HttpClientError::CircuitOpen { host: "a".to_owned(), wait: PAUSE }));
        assert!(circuits.enter("b").is_ok());
        tokio::time::advance(PAUSE).await;
        let trial = circuits.enter("a").expect("one is let through");
        assert!(circuits.enter("a").is_err(), "and only one");
        trial.end(true);
        assert!(circuits.enter("a").is_err(), "it has failed again");
        tokio::time::advance(PAUSE).await;
        drop(circuits.enter("a").expect("one is let through"));
        circuits.enter("a").expect("another, since that one has come to no end").end(false);
        fail(&circuits, 2);
        assert!(circuits.enter("a").is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn hosts_are_bounded() {
        let circuits = circuits();
        for number in 0..3 * MAX_HOSTS {
            circuits.enter(&number.to_string()).expect("closed").end(true);
        }
        assert!(circuits.lock().len() <= MAX_HOSTS);
    }
}
