//! The connection that all clones share, and the circuit around it.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use ::redis::{Client, RedisResult};
use tokio::sync::watch;
use tokio::time::Instant;

use super::{RedisError, connection_settings};

/// The first pause between two attempts to connect, and the longest
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

/// A connection that is lost sooner has not been good: the pauses go on growing
const GOOD: Duration = Duration::from_secs(10);

/// One server
pub(super) struct Link {
    client: Client,
    /// Host and port or the socket, for the log
    place: String,
    state: watch::Sender<State>,
    /// Attempts since a connection was good
    attempts: AtomicU32,
    /// Connections so far
    generations: AtomicU64,
}

#[derive(Clone)]
enum State {
    /// Nobody has asked for it
    Idle,
    /// For the first time; who asks waits
    Connecting,
    Up {
        connection: MultiplexedConnection,
        generation: u64,
        since: Instant,
    },
    /// Who asks is told so at once
    Away,
}

impl Link {
    pub(super) fn new(client: Client, place: String) -> Self {
        let state = watch::Sender::new(State::Idle);
        Self { client, place, state, attempts: AtomicU32::new(0), generations: AtomicU64::new(0) }
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    pub(super) fn is_away(&self) -> bool {
        matches!(*self.state.borrow(), State::Away)
    }

    /// The connection, which is made when nobody has asked before
    pub(super) async fn connection(self: &Arc<Self>) -> Result<(MultiplexedConnection, u64), RedisError> {
        match &*self.state.borrow() {
            State::Up { connection, generation, .. } => return Ok((connection.clone(), *generation)),
            State::Away => return Err(RedisError::Away),
            State::Idle | State::Connecting => {}
        }
        self.start();
        let mut state = self.state.subscribe();
        let settled = state.wait_for(|state| matches!(state, State::Up { .. } | State::Away)).await;
        match settled.as_deref() {
            Ok(State::Up { connection, generation, .. }) => Ok((connection.clone(), *generation)),
            _ => Err(RedisError::Away),
        }
    }

    /// Waits until there is a connection
    pub(super) async fn back(self: &Arc<Self>) {
        self.start();
        // The sender lives as long as this does.
        let _ = self.state.subscribe().wait_for(|state| matches!(state, State::Up { .. })).await;
    }

    /// Begins to connect, if nobody has
    fn start(self: &Arc<Self>) {
        let begins = self.state.send_if_modified(|state| {
            let is_idle = matches!(state, State::Idle);
            if is_idle {
                *state = State::Connecting;
            }
            is_idle
        });
        if begins {
            self.ask_again();
        }
    }

    /// Notes that the connection of a generation is of no use, once
    pub(super) fn lost(self: &Arc<Self>, generation: u64, reason: fmt::Arguments<'_>) {
        let was_up = self.state.send_if_modified(|state| match state {
            State::Up { generation: present, since, .. } if *present == generation => {
                if since.elapsed() >= GOOD {
                    self.attempts.store(0, Ordering::Relaxed);
                }
                *state = State::Away;
                true
            }
            _ => false,
        });
        if was_up {
            self.tell_absence(reason);
            self.ask_again();
        }
    }

    /// Notes that the first connection takes too long to be waited for
    pub(super) fn late(&self, reason: fmt::Arguments<'_>) {
        let was_waited_for = self.state.send_if_modified(|state| {
            let is_first = matches!(state, State::Connecting);
            if is_first {
                *state = State::Away;
            }
            is_first
        });
        if was_waited_for {
            self.tell_absence(reason);
        }
    }

    fn tell_absence(&self, reason: fmt::Arguments<'_>) {
        tracing::warn!(target: "fastrail::redis", place = self.place, %reason, "Redis is away");
    }

    /// Connects from now on, in a task that ends with the last handle
    fn ask_again(self: &Arc<Self>) {
        tokio::spawn(Asking { link: Arc::downgrade(self), begun: Instant::now() }.run());
    }

    pub(super) async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        self.client.get_multiplexed_async_connection_with_config(&connection_settings()).await
    }

    /// How long to wait before the next attempt: none, then twice as long each time, the half of it by chance
    fn pause(&self) -> Duration {
        let attempts = self.attempts.fetch_add(1, Ordering::Relaxed);
        let Some(doublings) = attempts.checked_sub(1) else { return Duration::ZERO };
        let pause = PAUSES.1.min(PAUSES.0 * 2_u32.saturating_pow(doublings.min(16)));
        let chance = RandomState::new().hash_one(attempts) as f64 / u64::MAX as f64;
        pause.mul_f64(0.5 + chance / 2.0)
    }
}

/// Attempts to connect, until one succeeds
struct Asking {
    link: Weak<Link>,
    begun: Instant,
}

impl Asking {
    async fn run(self) {
        loop {
            let Some(pause) = self.link.upgrade().map(|link| link.pause()) else { return };
            tokio::time::sleep(pause).await;
            let Some(link) = self.link.upgrade() else { return };
            let error = match link.connect().await {
                Ok(connection) => return self.up(&link, connection),
                Err(error) => error,
            };
            link.late(format_args!("{error}"));
        }
    }

    fn up(&self, link: &Link, connection: MultiplexedConnection) {
        let generation = link.generations.fetch_add(1, Ordering::Relaxed);
        let before = link.state.send_replace(State::Up { connection, generation, since: Instant::now() });
        if matches!(before, State::Away) {
            let away_ms = self.begun.elapsed().as_millis() as u64;
            tracing::info!(target: "fastrail::redis", place = link.place, away_ms, "Redis is back");
        }
    }
}

impl Drop for Asking {
    /// A runtime that ends takes this with it; the next command begins anew, on its own
    fn drop(&mut self) {
        if let Some(link) = self.link.upgrade() {
            link.state.send_if_modified(|state| {
                let is_left = matches!(state, State::Connecting | State::Away);
                if is_left {
                    *state = State::Idle;
                }
                is_left
            });
        }
    }
}
