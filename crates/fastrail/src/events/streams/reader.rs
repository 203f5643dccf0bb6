//! One listener's reader: takes new events, and those that somebody has left.

use std::sync::Arc;
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use ::redis::streams::{StreamAutoClaimReply, StreamId, StreamReadReply};
use ::redis::{RedisError, RedisResult, Script, cmd};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use super::hearing::Hearing;
use super::{RedisStreams, Subscriber};
use crate::app::AppShared;

/// Removes consumers of a group that have nothing left: one by its name, or all that were silent for long
const LEAVE: &str = include_str!("leave.lua");

/// How long a read waits for an event; also how often a reader looks for what somebody has left
const READ: Duration = Duration::from_secs(1);

/// How long an answer may come after that
const GRACE: Duration = Duration::from_secs(5);

/// After an error that connecting anew does not mend
const PAUSE: Duration = Duration::from_secs(1);

/// How long an instance must have been silent to be forgotten
const SILENT: Duration = Duration::from_secs(3_600);

/// Reads the stream of one listener, on a connection of its own
pub(super) struct Reader {
    app: Arc<AppShared>,
    streams: RedisStreams,
    listener: Arc<Subscriber>,
    key: String,
    /// This instance
    consumer: Arc<str>,
    /// How many more events it may hear now
    slots: Arc<Semaphore>,
    /// Whether there is, or was, a group
    has_group: bool,
    /// From where the next look for left events goes on
    cursor: String,
}

impl Reader {
    pub(super) fn new(
        app: &Arc<AppShared>,
        streams: &RedisStreams,
        listener: &Arc<Subscriber>,
        consumer: &Arc<str>,
        has_group: bool,
    ) -> Self {
        Self {
            app: Arc::clone(app),
            streams: streams.clone(),
            listener: Arc::clone(listener),
            key: streams.key(listener.heard.name),
            consumer: Arc::clone(consumer),
            slots: Arc::new(Semaphore::new(streams.concurrency)),
            has_group,
            cursor: "0-0".to_owned(),
        }
    }

    /// Reads until the app stops
    pub(super) async fn run(mut self) {
        let stopping = self.app.tasks.stopping();
        while !stopping.is_cancelled() {
            let connected = stopping.run_until_cancelled(self.connect()).await;
            let Some(Some((connection, id))) = connected else { continue };
            if let Err(error) = self.read(connection, id, &stopping).await
                && error.code().is_some_and(|code| code != "NOGROUP" && code != "UNBLOCKED")
            {
                tracing::warn!(target: "fastrail::events", listener = self.listener.name(), %error, "events cannot be read");
                stopping.run_until_cancelled(tokio::time::sleep(PAUSE)).await;
            }
        }
        // What has begun ends before this instance leaves.
        let _all = self.slots.acquire_many(self.streams.concurrency as u32).await;
        self.leave(Some(&self.consumer)).await;
    }

    /// A connection whose group is there, and its number
    async fn connect(&mut self) -> Option<(MultiplexedConnection, i64)> {
        self.streams.redis.back().await;
        // A Redis that has forgotten the group has forgotten all before it as well, so the rest is new.
        let start = if self.has_group { "0" } else { "$" };
        let made = self.streams.make_group(&self.listener, start).await;
        if made.is_ok() {
            self.has_group = true;
            if let Ok(mut connection) = self.streams.redis.dedicated().await
                && let Ok(id) = cmd("CLIENT").arg("ID").query_async(&mut connection).await
            {
                return Some((connection, id));
            }
        } else if let Err(error @ crate::redis::RedisError::Refused(_)) = made {
            tracing::warn!(target: "fastrail::events", listener = self.listener.name(), %error, "events cannot be read");
        }
        tokio::time::sleep(PAUSE).await;
        None
    }

    async fn read(
        &mut self,
        mut connection: MultiplexedConnection,
        id: i64,
        stopping: &CancellationToken,
    ) -> RedisResult<()> {
        let wait = READ.min(self.streams.lease);
        let (mut looked, mut tidied) = (None::<Instant>, Instant::now());
        while !stopping.is_cancelled() {
            let Some(Ok(slot)) = stopping.run_until_cancelled(self.slots.acquire()).await else { break };
            drop(slot);
            if looked.is_none_or(|looked| looked.elapsed() >= wait) {
                looked = Some(Instant::now());
                let left = timeout(GRACE, self.claim(&mut connection)).await.map_err(|_| late())??;
                self.hear(left);
            }
            if tidied.elapsed() >= SILENT {
                tidied = Instant::now();
                self.leave(None).await;
            }
            let room = self.slots.available_permits();
            if room == 0 {
                continue;
            }
            let reading = self.next(&mut connection, room, wait);
            tokio::pin!(reading);
            let read = tokio::select! {
                read = timeout(wait + GRACE, &mut reading) => read,
                () = stopping.cancelled() => {
                    // What has been handed to this instance by now is heard by it.
                    let mut unblock = cmd("CLIENT");
                    unblock.arg("UNBLOCK").arg(id);
                    // Where this fails, the wait ends by itself.
                    let _ = self.streams.exec(unblock).await;
                    timeout(wait + GRACE, reading).await
                }
            };
            let read = read.map_err(|_| late())??;
            self.hear(read.into_iter().flat_map(|read| read.keys).flat_map(|stream| stream.ids));
        }
        Ok(())
    }

    /// Waits for new events
    async fn next(
        &self,
        connection: &mut MultiplexedConnection,
        room: usize,
        wait: Duration,
    ) -> RedisResult<Option<StreamReadReply>> {
        let mut read = cmd("XREADGROUP");
        read.arg("GROUP").arg(self.listener.name()).arg(&*self.consumer).arg("COUNT").arg(room);
        read.arg("BLOCK").arg(wait.as_millis() as u64).arg("STREAMS").arg(&self.key).arg(">");
        read.query_async(connection).await
    }

    /// Takes over what has failed and is due again, and what a dead instance has left
    async fn claim(&mut self, connection: &mut MultiplexedConnection) -> RedisResult<Vec<StreamId>> {
        let mut claim = cmd("XAUTOCLAIM");
        claim.arg(&self.key).arg(self.listener.name()).arg(&*self.consumer).arg(self.streams.lease.as_millis() as u64);
        claim.arg(&self.cursor).arg("COUNT").arg(self.slots.available_permits());
        let claimed: StreamAutoClaimReply = claim.query_async(connection).await?;
        self.cursor = claimed.next_stream_id;
        Ok(claimed.claimed)
    }

    /// Tells the events, each in a task of its own
    fn hear(&self, entries: impl IntoIterator<Item = StreamId>) {
        for entry in entries {
            // As many were asked for as there is room, and nobody else takes of it.
            let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() else { continue };
            let hearing = Hearing {
                app: Arc::clone(&self.app),
                streams: self.streams.clone(),
                listener: Arc::clone(&self.listener),
                key: self.key.clone(),
                consumer: Arc::clone(&self.consumer),
                entry,
            };
            self.app.tasks.spawn_if_running(async move {
                hearing.run().await;
                drop(slot);
            });
        }
    }

    /// Forgets consumers that have nothing left: this one, or all that were silent for an hour
    async fn leave(&self, consumer: Option<&str>) {
        let script = Script::new(LEAVE);
        let mut leave = script.key(&self.key);
        leave.arg(self.listener.name()).arg(consumer.unwrap_or_default()).arg(SILENT.as_millis() as u64);
        // Those who are left are forgotten by the next one that looks.
        let _ = self
            .streams
            .redis
            .run(|mut connection| async move { leave.invoke_async::<()>(&mut connection).await })
            .await;
    }
}

/// The connection swallows everything
fn late() -> RedisError {
    RedisError::from(std::io::Error::from(std::io::ErrorKind::TimedOut))
}
