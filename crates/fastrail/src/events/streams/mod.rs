//! Events over Redis: a stream for each event, a consumer group for each listener.

mod hearing;
mod reader;

use std::sync::Arc;
use std::time::Duration;

use ::redis::{Cmd, cmd};

use super::{DomainEvent, Subscriber};
use crate::app::AppShared;
use crate::observability::Origin;
use crate::redis::{Redis, RedisError};
use reader::Reader;

/// Events that all instances of an app share, kept until they are heard; [`App::events`](crate::App::events)
///
/// ```
/// use fastrail::events::RedisStreams;
/// use fastrail::prelude::*;
/// use fastrail::redis::Redis;
///
/// let redis = Redis::new("redis://127.0.0.1:6379/0")?;
/// let app = App::new("Shop", "1.0.0").events(RedisStreams::new(redis, "shop"));
/// # Ok::<(), fastrail::redis::RedisUrlError>(())
/// ```
///
/// # What is guaranteed
/// - Over all instances each listener hears each event **at least once**, on one of them. It hears one again when it
///   fails, or when its instance dies before it has ended: so do nothing twice, by an id in the event.
/// - One that fails or panics is told again after 1, 2, 4, … seconds, at most a [lease](Self::lease), alone, by whichever
///   instance comes first. After [`max_tries`](Self::max_tries) the event goes to the stream `PREFIX:events:dead`, with an
///   error in the log.
/// - There is no order, neither between events nor between instances.
/// - A listener hears what is emitted from its first start on; its name is the fn's, so renamed it is a new one. One that
///   is on no instance for a while hears the rest when it is back, as far as the stream reaches
///   ([`max_events`](Self::max_events)).
/// - The request's id and its `traceparent` travel with the event.
/// - **While Redis is away** an event is told to the listeners of the instance that emits it, as without Redis: at
///   once, and once. Where its answer was lost on the way, they may hear it again.
/// - When an app stops, it takes no more events and waits for those that its listeners have begun.
#[derive(Clone, Debug)]
#[must_use]
pub struct RedisStreams {
    redis: Redis,
    prefix: String,
    max_events: u64,
    max_tries: u64,
    concurrency: usize,
    lease: Duration,
}

impl RedisStreams {
    /// Streams of the apps with this prefix: `PREFIX:events:user_registered`
    pub fn new(redis: Redis, prefix: impl Into<String>) -> Self {
        let prefix = prefix.into();
        Self { redis, prefix, max_events: 100_000, max_tries: 10, concurrency: 16, lease: Duration::from_secs(60) }
    }

    /// About how many events of a kind are kept, heard or not; older ones are forgotten. Default: 100,000
    pub fn max_events(mut self, events: u64) -> Self {
        self.max_events = events.max(1);
        self
    }

    /// How often a listener is told an event before it is given up. Default: 10, within about five minutes
    pub fn max_tries(mut self, tries: u64) -> Self {
        self.max_tries = tries.max(1);
        self
    }

    /// How many events a listener hears at the same time on one instance. Default: 16
    pub fn concurrency(mut self, events: usize) -> Self {
        self.concurrency = events.clamp(1, 1_000);
        self
    }

    /// How long an event belongs to an instance that gives no sign of life; afterwards another one tells it. Default: 60 s,
    /// at least 100 ms
    ///
    /// A listener may take as long as it wants: its instance gives that sign.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease.max(Duration::from_millis(100));
        self
    }

    fn key(&self, event: &str) -> String {
        format!("{}:events:{event}", self.prefix)
    }

    /// Writes an event into its stream; whether that is done
    pub(super) async fn send<E: DomainEvent>(&self, event: &E, origin: &Origin) -> bool {
        let payload = match serde_json::to_vec(event) {
            Ok(payload) => payload,
            Err(error) => {
                tracing::error!(target: "fastrail::events", event = E::NAME, %error, "an event cannot be written as JSON");
                return false;
            }
        };
        let mut add = cmd("XADD");
        add.arg(self.key(E::NAME)).arg("MAXLEN").arg("~").arg(self.max_events).arg("*");
        add.arg("payload").arg(payload).arg("request_id").arg(origin.id.as_str());
        if let Some(traceparent) = origin.traceparent() {
            add.arg("traceparent").arg(traceparent.as_bytes());
        }
        match self.exec(add).await {
            Ok(()) => true,
            Err(RedisError::Away) => false,
            Err(error) => {
                tracing::error!(target: "fastrail::events", event = E::NAME, %error, "an event cannot be sent");
                false
            }
        }
    }

    /// Makes the group of a listener, from `start` on; one that is there stays as it is
    async fn make_group(&self, listener: &Subscriber, start: &str) -> Result<(), RedisError> {
        let mut create = cmd("XGROUP");
        create.arg("CREATE").arg(self.key(listener.heard.name)).arg(listener.name()).arg(start).arg("MKSTREAM");
        match self.exec(create).await {
            Err(RedisError::Refused(words)) if words.contains("BUSYGROUP") => Ok(()),
            made => made,
        }
    }

    async fn exec(&self, command: Cmd) -> Result<(), RedisError> {
        self.redis.run(|mut connection| async move { command.exec_async(&mut connection).await }).await
    }
}

/// Begins to listen, when the app starts
///
/// The groups are made before the first request, so that nothing is missed; where Redis is away, as soon as it is back.
pub(crate) async fn start(app: &Arc<AppShared>) {
    let Some(streams) = &app.listening.streams else { return };
    streams.redis.connect().await;
    let consumer: Arc<str> = uuid::Uuid::now_v7().to_string().into();
    for listener in app.listening.all() {
        let is_made = streams.make_group(listener, "$").await.is_ok();
        let reader = Reader::new(app, streams, listener, &consumer, is_made);
        app.tasks.spawn_if_running(reader.run());
    }
}
