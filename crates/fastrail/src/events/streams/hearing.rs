//! One event on its way through one listener: told, kept while that lasts, acknowledged, told again or given up.

use std::sync::Arc;
use std::time::Duration;

use ::redis::streams::{StreamId, StreamPendingCountReply};
use ::redis::{Cmd, cmd, pipe};

use super::{RedisStreams, Subscriber};
use crate::app::AppShared;
use crate::events::tell::tell;
use crate::observability::Origin;
use crate::redis::RedisError;

/// The pause before the second time; it doubles
const FIRST_PAUSE: Duration = Duration::from_secs(1);

pub(super) struct Hearing {
    pub(super) app: Arc<AppShared>,
    pub(super) streams: RedisStreams,
    pub(super) listener: Arc<Subscriber>,
    pub(super) key: String,
    pub(super) consumer: Arc<str>,
    pub(super) entry: StreamId,
}

impl Hearing {
    pub(super) async fn run(self) {
        let origin = Origin::sent(self.entry.get("request_id"), self.entry.get("traceparent"));
        let succeeded = {
            let telling = self.tell(&origin);
            tokio::pin!(telling);
            loop {
                tokio::select! {
                    succeeded = &mut telling => break succeeded,
                    () = tokio::time::sleep(self.streams.lease / 3) => self.keep().await,
                }
            }
        };
        if succeeded { self.acknowledge().await } else { self.try_again(&origin).await }
    }

    async fn tell(&self, origin: &Origin) -> bool {
        let payload: Vec<u8> = self.entry.get("payload").unwrap_or_default();
        let mut event = http::Extensions::new();
        if let Err(error) = (self.listener.heard.read)(&payload, &mut event) {
            let (listener, event) = (self.listener.name(), self.listener.heard.name);
            // Another version may have written it, and may read it.
            tracing::error!(target: "fastrail::events", listener, event, id = self.entry.id, %error, "an event cannot be read");
            return false;
        }
        tell(&self.app, &self.listener, origin, |extensions| *extensions = event).await
    }

    /// Says that it is still being heard
    async fn keep(&self) {
        self.claim(Duration::ZERO).await;
    }

    /// Says for how long nobody has cared for it: a lease, and whoever looks takes it over
    async fn claim(&self, idle: Duration) {
        let mut claim = cmd("XCLAIM");
        claim.arg(&self.key).arg(self.listener.name()).arg(&*self.consumer).arg(0).arg(&self.entry.id);
        claim.arg("IDLE").arg(idle.as_millis() as u64).arg("JUSTID");
        // Where this fails it is taken over after a lease, which is the worst that can be.
        let _ = self.streams.exec(claim).await;
    }

    /// Says that it is heard; while Redis is away, as soon as it is back
    async fn acknowledge(&self) {
        let stopping = self.app.tasks.stopping();
        while let Err(RedisError::Away) = self.streams.exec(self.acknowledgement()).await {
            if stopping.run_until_cancelled(self.streams.redis.back()).await.is_none() {
                return;
            }
        }
    }

    fn acknowledgement(&self) -> Cmd {
        let mut acknowledge = cmd("XACK");
        acknowledge.arg(&self.key).arg(self.listener.name()).arg(&self.entry.id);
        acknowledge
    }

    /// Lets it be told again after a pause, or gives it up
    async fn try_again(&self, origin: &Origin) {
        let mut ask = cmd("XPENDING");
        ask.arg(&self.key).arg(self.listener.name()).arg(&self.entry.id).arg(&self.entry.id).arg(1);
        let asked =
            self.streams.redis.run(|mut connection| async move { ask.query_async(&mut connection).await }).await;
        let Ok(StreamPendingCountReply { ids }) = asked else { return };
        let Some(pending) = ids.first() else { return };
        let tries = pending.times_delivered as u64;
        if tries >= self.streams.max_tries {
            return self.give_up(tries, origin).await;
        }
        let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or(u32::MAX).min(16);
        let pause = (FIRST_PAUSE * 2_u32.saturating_pow(doublings)).min(self.streams.lease);
        self.claim(self.streams.lease - pause).await;
    }

    /// Moves it to the dead ones
    async fn give_up(&self, tries: u64, origin: &Origin) {
        let (listener, event, id) = (self.listener.name(), self.listener.heard.name, &self.entry.id);
        let mut add = cmd("XADD");
        add.arg(self.streams.key("dead")).arg("MAXLEN").arg("~").arg(self.streams.max_events).arg("*");
        add.arg("event").arg(event).arg("listener").arg(listener).arg("id").arg(id);
        for name in ["payload", "request_id", "traceparent"] {
            if let Some(value) = self.entry.get::<Vec<u8>>(name) {
                add.arg(name).arg(value);
            }
        }
        let mut both = pipe();
        both.atomic().add_command(add).ignore().add_command(self.acknowledgement()).ignore();
        let moved =
            self.streams.redis.run(|mut connection| async move { both.exec_async(&mut connection).await }).await;
        if moved.is_ok() {
            let request_id = origin.id.as_str();
            tracing::error!(target: "fastrail::events", request_id, listener, event, id, tries, "an event is given up");
        }
    }
}
