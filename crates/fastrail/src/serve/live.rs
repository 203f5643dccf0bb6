//! What is known of one connection: what it waits for, since when, and what it was told to do.
//!
//! The connection's task writes it, the [`watch`](super::watch) reads it a few times a second and gives orders. So a
//! request sets no timer: it costs a handful of plain stores.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::task::Waker;
use std::time::{Duration, Instant, SystemTime};

use futures_util::task::AtomicWaker;

use super::http1::Refusal;
use super::listener::PeerAddress;

/// The time as of the watch's last look, in milliseconds
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    /// Since the server's start
    now: AtomicU64,
    /// Since 1970
    date: AtomicU64,
}

impl Default for Clock {
    fn default() -> Self {
        Self { started: Instant::now(), now: AtomicU64::new(0), date: AtomicU64::new(since_1970()) }
    }
}

impl Clock {
    /// The milliseconds since 1970 of the last look: looking costs more than all else about an id
    pub(crate) fn date(&self) -> u64 {
        self.date.load(Relaxed)
    }

    pub(crate) fn now(&self) -> u64 {
        self.now.load(Relaxed)
    }

    /// Looks at the real clock
    pub(crate) fn update(&self) -> u64 {
        let now = millis(self.started.elapsed());
        self.now.store(now, Relaxed);
        self.date.store(since_1970(), Relaxed);
        now
    }
}

/// The milliseconds since 1970
pub(crate) fn since_1970() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "ids tell when they were really made, also in tests")]
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, millis)
}

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// What the client is waited for
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// The first byte of a message
    Idle,
    /// The rest of a head
    Head,
    /// Something that has its own deadline, or none
    Other,
}

/// What a connection is told; a later one only ever says more
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Order {
    /// Nothing
    GoOn,
    /// Answer the half head with 408
    RefuseHead,
    /// Answer what runs and what comes within a moment, and close then
    FinishSoon,
    /// Answer what runs, and close
    Finish,
    /// Close
    Close,
}

/// The state of one connection
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) clock: Arc<Clock>,
    pub(crate) peer: PeerAddress,
    waker: AtomicWaker,
    order: AtomicU8,
    ordered_at: AtomicU64,
    /// [`Reading`], and since when
    reading: AtomicU8,
    since: AtomicU64,
    /// Since when the client has taken no byte of an answer, plus one; 0: it takes them
    blocked: AtomicU64,
    /// Since when we wait for the client's end, plus one; 0: we do not
    lingering: AtomicU64,
    heads: AtomicU32,
    calls: AtomicU32,
    in_flight: AtomicU32,
    refused: OnceLock<(u32, Refusal)>,
    tells_ids: AtomicBool,
    /// How many requests were answered, times two, plus one when the last was upgraded
    answers: AtomicU32,
    /// Whether bytes are held back until the next answer decides what they are
    undecided: AtomicBool,
    /// When the running request must be answered; 0: never. HTTP/1 only, which has one at a time
    due: AtomicU64,
    expired: AtomicBool,
    gone: AtomicBool,
}

impl Live {
    pub(crate) fn new(clock: Arc<Clock>, peer: PeerAddress) -> Self {
        let now = clock.now();
        Self {
            clock,
            peer,
            waker: AtomicWaker::new(),
            order: AtomicU8::new(Order::GoOn as u8),
            ordered_at: AtomicU64::new(0),
            reading: AtomicU8::new(Reading::Idle as u8),
            since: AtomicU64::new(now),
            blocked: AtomicU64::new(0),
            lingering: AtomicU64::new(0),
            heads: AtomicU32::new(0),
            calls: AtomicU32::new(0),
            in_flight: AtomicU32::new(0),
            refused: OnceLock::new(),
            tells_ids: AtomicBool::new(false),
            answers: AtomicU32::new(0),
            undecided: AtomicBool::new(false),
            due: AtomicU64::new(0),
            expired: AtomicBool::new(false),
            gone: AtomicBool::new(false),
        }
    }

    // What the connection says.

    pub(crate) fn register(&self, waker: &Waker) {
        self.waker.register(waker);
    }

    /// Notes what the client is waited for; the time is that of the change
    pub(crate) fn reads(&self, reading: Reading) {
        if self.reading.load(Relaxed) != reading as u8 {
            self.reading.store(reading as u8, Relaxed);
            self.since.store(self.clock.now(), Relaxed);
        }
    }

    /// Notes whether the client takes the answer
    pub(crate) fn writes(&self, is_blocked: bool) {
        if is_blocked {
            if self.blocked.load(Relaxed) == 0 {
                self.blocked.store(self.clock.now() + 1, Relaxed);
            }
        } else if self.blocked.load(Relaxed) != 0 {
            self.blocked.store(0, Relaxed);
        }
    }

    /// Notes a sound head; `has_ids`: it has a request's id or a trace's
    pub(crate) fn head_passed(&self, has_ids: bool) {
        self.reading.store(Reading::Other as u8, Relaxed);
        self.heads.store(self.heads.load(Relaxed) + 1, Relaxed);
        if has_ids {
            self.tells_ids.store(true, Relaxed);
        }
    }

    /// Whether the client has told an id (`X-Request-Id`, `traceparent`); those that do tell all
    pub(crate) fn tells_ids(&self) -> bool {
        self.tells_ids.load(Relaxed)
    }

    /// Refuses the message after those that were passed
    pub(crate) fn refuse(&self, refusal: Refusal) {
        self.reading.store(Reading::Other as u8, Relaxed);
        let _ = self.refused.set((self.heads.load(Relaxed) + 1, refusal));
    }

    /// Whether closing may wait for the client's end
    pub(crate) fn may_linger(&self) -> bool {
        if matches!(self.refused.get(), Some((_, Refusal::HeadTooSlow))) {
            return false;
        }
        if self.lingering.load(Relaxed) == 0 {
            self.lingering.store(self.clock.now() + 1, Relaxed);
        }
        true
    }

    /// Notes that the next answer decides what the client's bytes are
    pub(crate) fn awaits_answer(&self) {
        self.undecided.store(true, Relaxed);
    }

    /// Whether the last request was answered, and if so, whether it was upgraded
    pub(crate) fn answered_upgrade(&self) -> Option<bool> {
        let answers = self.answers.load(Relaxed);
        (answers >> 1 >= self.heads.load(Relaxed)).then_some(answers & 1 == 1)
    }

    pub(crate) fn answered(&self, is_upgraded: bool) {
        let answers = self.answers.load(Relaxed) >> 1;
        self.answers.store((answers + 1) << 1 | u32::from(is_upgraded), Relaxed);
        // hyper was told to wait for more, and would wait.
        if self.undecided.swap(false, Relaxed) {
            self.waker.wake();
        }
    }

    /// Sets when the running request must be answered
    pub(crate) fn set_due(&self, after: Duration) {
        self.due.store(self.clock.now().saturating_add(millis(after)).max(1), Relaxed);
    }

    pub(crate) fn clear_due(&self) {
        self.due.store(0, Relaxed);
    }

    pub(crate) fn is_expired(&self) -> bool {
        self.expired.load(Relaxed)
    }

    pub(crate) fn leave(&self) {
        self.gone.store(true, Relaxed);
    }

    // What the watch asks and orders.

    pub(crate) fn is_gone(&self) -> bool {
        self.gone.load(Relaxed)
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.in_flight.load(Relaxed) > 0
    }

    pub(crate) fn has_asked(&self) -> bool {
        self.calls.load(Relaxed) > 0
    }

    /// For how long it has been waited for the client, and for what
    pub(crate) fn waited(&self, now: u64) -> (Reading, u64) {
        let reading = match self.reading.load(Relaxed) {
            0 => Reading::Idle,
            1 => Reading::Head,
            _ => Reading::Other,
        };
        (reading, now.saturating_sub(self.since.load(Relaxed)))
    }

    pub(crate) fn blocked_for(&self, now: u64) -> Option<u64> {
        for_how_long(&self.blocked, now)
    }

    pub(crate) fn lingered_for(&self, now: u64) -> Option<u64> {
        for_how_long(&self.lingering, now)
    }

    pub(crate) fn is_due(&self, now: u64) -> bool {
        let due = self.due.load(Relaxed);
        due != 0 && due <= now
    }

    pub(crate) fn expire(&self) {
        if !self.expired.swap(true, Relaxed) {
            self.waker.wake();
        }
    }

    pub(crate) fn order(&self, order: Order) {
        if self.order.fetch_max(order as u8, Relaxed) < order as u8 {
            self.ordered_at.store(self.clock.now(), Relaxed);
            self.waker.wake();
        }
    }

    pub(crate) fn ordered(&self) -> Order {
        match self.order.load(Relaxed) {
            0 => Order::GoOn,
            1 => Order::RefuseHead,
            2 => Order::FinishSoon,
            3 => Order::Finish,
            _ => Order::Close,
        }
    }

    /// For how long the last order has stood
    pub(crate) fn ordered_for(&self, now: u64) -> u64 {
        now.saturating_sub(self.ordered_at.load(Relaxed))
    }

    pub(crate) fn head_is_overdue(&self) -> bool {
        self.ordered() == Order::RefuseHead
    }
}

fn for_how_long(since: &AtomicU64, now: u64) -> Option<u64> {
    since.load(Relaxed).checked_sub(1).map(|since| now.saturating_sub(since))
}

/// One request until its answer's last byte is with hyper, or the client has left
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) live: Arc<Live>,
    number: u32,
}

impl Exchange {
    pub(crate) fn begin(live: Arc<Live>) -> Self {
        live.in_flight.fetch_add(1, Relaxed);
        let number = live.calls.fetch_add(1, Relaxed) + 1;
        Self { live, number }
    }

    /// Why this request was refused before hyper saw it
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        self.live.refused.get().filter(|(number, _)| *number == self.number).map(|(_, refusal)| *refusal)
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let live = &self.live;
        live.due.store(0, Relaxed);
        live.expired.store(false, Relaxed);
        if live.in_flight.fetch_sub(1, Relaxed) == 1 {
            live.reading.store(Reading::Idle as u8, Relaxed);
            live.since.store(live.clock.now(), Relaxed);
        }
    }
}
