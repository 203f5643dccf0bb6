//! Redis, as limits, events and caches share it: one connection, never waited for longer than a moment.
//!
//! ```
//! use fastrail::prelude::*;
//! use fastrail::rate_limit::RateLimits;
//! use fastrail::redis::Redis;
//!
//! let redis = Redis::new("redis://127.0.0.1:6379/0")?;
//! let app = App::new("Shop", "1.0.0").rate_limits(RateLimits::new().redis(redis.clone(), "shop")).state(redis);
//! # Ok::<(), fastrail::redis::RedisUrlError>(())
//! ```
//!
//! # When it is away
//! A command has [`Redis::timeout`] from its start to its answer. The first one that fails, or is answered too late, opens
//! a circuit: from then on every command fails at once, and a task of the handle's own connects again, at first
//! immediately, then with growing pauses (50 ms to 5 s, the half of them by chance). So a request waits for an absent
//! Redis once, and the log has one line when it goes and one when it is back.
//!
//! What an app needs of it: version 6.2 or later, or Valkey; the commands of scripts and streams.

mod error;
mod link;

pub use error::{RedisError, RedisUrlError};

/// The driver, for commands of one's own with [`Redis::run`]
pub use ::redis as driver;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use ::redis::{AsyncConnectionConfig, Client, ConnectionAddr, IntoConnectionInfo, RedisResult};

use link::Link;

/// How long a command may take
const TIMEOUT: Duration = Duration::from_millis(250);

/// How long connecting may take, with the handshakes
const CONNECTING: Duration = Duration::from_secs(2);

/// A Redis server; cloning it is cheap, and all clones share one connection
///
/// It connects when it is first used and again whenever the connection is lost; see [the module](crate::redis).
#[derive(Clone)]
pub struct Redis {
    link: Arc<Link>,
    timeout: Duration,
}

impl Redis {
    /// The server at this URL: `redis://user:password@host:6379/0`, `rediss://…` with TLS, `unix:///run/redis.sock?db=0`
    ///
    /// Nothing is connected yet. With TLS the server's certificate must be signed by an authority that the system trusts.
    ///
    /// # Errors
    /// [`RedisUrlError`] when it is no such URL, which it does not repeat.
    pub fn new(url: &str) -> Result<Self, RedisUrlError> {
        let info = url.into_connection_info().map_err(|error| RedisUrlError::of(&error))?;
        if matches!(info.addr(), ConnectionAddr::TcpTls { .. })
            && rustls::crypto::CryptoProvider::get_default().is_none()
        {
            // Another thread's was as good.
            let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        }
        let tcp = info.tcp_settings().clone().set_nodelay(true);
        let place = info.addr().to_string();
        let client = Client::open(info.set_tcp_settings(tcp)).map_err(|error| RedisUrlError::of(&error))?;
        Ok(Self { link: Arc::new(Link::new(client, place)), timeout: TIMEOUT })
    }

    /// How long this handle and its clones wait for an answer. Default: 250 ms
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Whether it answers, for a readiness probe
    ///
    /// # Errors
    /// [`RedisError::Away`] when it does not, [`RedisError::Refused`] when it answers an error.
    pub async fn ping(&self) -> Result<(), RedisError> {
        self.run(|mut connection| async move { ::redis::cmd("PING").exec_async(&mut connection).await }).await
    }

    /// Connects now, and not with the first command, which then need not wait for it; two seconds at most
    ///
    /// An app does so at its start with what counts its limits and carries its events.
    pub async fn connect(&self) {
        // One that is away is asked again anyway.
        let _ = tokio::time::timeout(CONNECTING, self.link.connection()).await;
    }

    /// Whether the last command failed and none has succeeded since; a command would fail at once
    pub fn is_away(&self) -> bool {
        self.link.is_away()
    }

    /// Waits until it answers
    pub async fn back(&self) {
        self.link.back().await;
    }

    /// Runs commands on the shared connection, all of them together within the handle's time
    ///
    /// Nothing that blocks, since all others wait behind it.
    ///
    /// ```no_run
    /// # async fn example(redis: fastrail::redis::Redis) -> Result<(), fastrail::redis::RedisError> {
    /// use fastrail::redis::driver::cmd;
    ///
    /// let seen: u64 =
    ///     redis.run(|mut connection| async move { cmd("INCR").arg("seen").query_async(&mut connection).await }).await?;
    /// # drop(seen);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`RedisError::Away`] when it does not answer in time, [`RedisError::Refused`] when it answers an error.
    pub async fn run<T, C, F>(&self, commands: C) -> Result<T, RedisError>
    where
        C: FnOnce(MultiplexedConnection) -> F,
        F: Future<Output = RedisResult<T>>,
    {
        let deadline = tokio::time::Instant::now() + self.timeout;
        let connecting = tokio::time::timeout_at(deadline, self.link.connection());
        let Ok(connected) = connecting.await else {
            // It goes on being made; who asks meanwhile is told at once.
            self.link.late(format_args!("no connection within {:?}", self.timeout));
            return Err(RedisError::Away);
        };
        let (connection, generation) = connected?;
        let error = match tokio::time::timeout_at(deadline, commands(connection)).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error,
            Err(_) => {
                self.link.lost(generation, format_args!("no answer within {:?}", self.timeout));
                return Err(RedisError::Away);
            }
        };
        if error::is_absence(&error) {
            self.link.lost(generation, format_args!("{error}"));
            return Err(RedisError::Away);
        }
        Err(RedisError::refused(&error))
    }

    /// A connection of one's own, for commands that block; its answers are waited for without end
    ///
    /// # Errors
    /// [`RedisError::Away`] when none can be made.
    pub(crate) async fn dedicated(&self) -> Result<MultiplexedConnection, RedisError> {
        self.link.connect().await.map_err(|_| RedisError::Away)
    }
}

/// The address, never the URL
impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").field("place", &self.link.place()).field("timeout", &self.timeout).finish()
    }
}

/// Our own deadlines stand around each command
fn connection_settings() -> AsyncConnectionConfig {
    AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECTING))
        .set_response_timeout(None)
        .set_pipeline_buffer_size(1024)
}

/// The server that the tests are given (`TEST_REDIS_URL`, see CONTRIBUTING); without one there is nothing to ask
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test command hands the server on in the environment")]
pub(crate) fn test_server() -> Option<Redis> {
    let url = std::env::var("TEST_REDIS_URL").ok()?;
    Some(Redis::new(&url).expect("a URL").timeout(Duration::from_secs(20)))
}
