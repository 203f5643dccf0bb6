//! The watch: one task that looks at all connections a few times a second, and closes those that are overdue.
//!
//! *Rejected*: a timer for each request (1,340 instructions each, `header_read_timeout`), or for each connection (its
//! deadline changes with every request). One look at an idle connection costs a few loads.

use std::cmp::Reverse;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::deadlines::Deadlines;
use super::live::{Clock, Live, Order, Reading, millis};

/// Every connection of a server
#[derive(Debug, Default)]
pub(crate) struct Watch {
    pub(crate) clock: Arc<Clock>,
    connections: Mutex<Vec<Arc<Live>>>,
}

impl Watch {
    pub(crate) fn add(&self, live: Arc<Live>) {
        self.lock().push(live);
    }

    /// Looks again and again; the future never ends
    pub(crate) async fn run(&self, deadlines: &Deadlines) {
        let mut interval = tokio::time::interval(tick(deadlines));
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let limits = Limits::from(deadlines);
        loop {
            interval.tick().await;
            self.look(&limits);
        }
    }

    fn look(&self, limits: &Limits) {
        let now = self.clock.update();
        self.lock().retain(|live| {
            if !live.is_gone() {
                look_at(live, now, limits);
            }
            !live.is_gone()
        });
    }

    /// Gives every connection an order
    pub(crate) fn order_all(&self, order: Order) {
        for live in &*self.lock() {
            live.order(order);
        }
    }

    /// Brings every connection to its end. One that has not asked yet may have its request on the way: it gets a moment, as
    /// all do when another process answers already, since nobody waits for this one then
    pub(crate) fn finish(&self, handed_over: bool) {
        for live in &*self.lock() {
            live.order(if handed_over || !live.has_asked() { Order::FinishSoon } else { Order::Finish });
        }
    }

    /// Closes the connection that has waited longest for its client, to make room; whether there was one
    pub(crate) fn evict(&self) -> bool {
        let now = self.clock.now();
        let connections = self.lock();
        let waiting =
            connections.iter().filter(|live| !live.is_gone() && !live.is_busy() && live.ordered() < Order::Close);
        // Of those that the coarse clock cannot tell apart, the first is the one that came first.
        match waiting.min_by_key(|live| Reverse(live.waited(now).1)) {
            Some(live) => {
                live.order(Order::Close);
                true
            }
            None => false,
        }
    }

    /// Every connection that is there
    pub(crate) fn all(&self) -> Vec<Arc<Live>> {
        self.lock().iter().filter(|live| !live.is_gone()).cloned().collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Live>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The deadlines in milliseconds
struct Limits {
    first_byte: u64,
    head: u64,
    keep_alive: u64,
    write: u64,
    linger: u64,
}

impl From<&Deadlines> for Limits {
    fn from(deadlines: &Deadlines) -> Self {
        Self {
            first_byte: millis(deadlines.first_byte),
            head: millis(deadlines.head),
            keep_alive: millis(deadlines.keep_alive),
            write: millis(deadlines.write),
            linger: millis(deadlines.linger),
        }
    }
}

/// Often enough that a deadline is kept within a quarter of a second
fn tick(deadlines: &Deadlines) -> Duration {
    let all = [deadlines.first_byte, deadlines.head, deadlines.keep_alive, deadlines.write, deadlines.linger];
    let shortest = all.into_iter().min().unwrap_or_default();
    (shortest / 4).clamp(Duration::from_millis(5), Duration::from_millis(250))
}

fn look_at(live: &Live, now: u64, limits: &Limits) {
    let over = |waited: Option<u64>, limit: u64| waited.is_some_and(|waited| waited >= limit);
    if over(live.blocked_for(now), limits.write) || over(live.lingered_for(now), limits.linger) {
        return live.order(Order::Close);
    }
    if live.is_busy() {
        if live.is_due(now) {
            live.expire();
        }
        return;
    }
    if live.ordered() > Order::GoOn && live.ordered_for(now) >= limits.linger {
        return live.order(Order::Close);
    }
    match live.waited(now) {
        (Reading::Idle, waited) if waited >= if live.has_asked() { limits.keep_alive } else { limits.first_byte } => {
            // HTTP/2 says good-bye first, to who has asked anything at all.
            live.order(if live.has_asked() { Order::Finish } else { Order::Close });
        }
        (Reading::Head, waited) if waited >= limits.head => live.order(Order::RefuseHead),
        _ => {}
    }
}
