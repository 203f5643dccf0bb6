//! Typed settings, a section a file, and the only reader of the environment.
//!
//! A variable's name is its field's path: those of the root are plain (`PORT`), those of a
//! section have its prefix and two underscores (`AUTH__ACCESS_TOKEN_TTL`). The real environment
//! wins over `.env`; an empty value means the default. Every error is found before the start
//! fails, never only the first. Never: globals, changes of the process's environment.

mod auth;
mod bootstrap;
mod cors;
mod database;
mod environment;
mod external;
mod logging;
mod metrics;
mod otel;
mod rate_limit;
mod redis;
mod secret_key;
mod server;
mod settings;

pub use auth::{AuthSettings, TokenAlgorithm};
pub use bootstrap::FirstAdminSettings;
pub use cors::CorsSettings;
pub use database::DatabaseSettings;
pub use environment::Environment;
pub use external::ExternalSettings;
pub use logging::{LogFormat, LogLevel, LoggingSettings};
pub use metrics::MetricsSettings;
pub use otel::OtelSettings;
pub use rate_limit::RateLimitSettings;
pub use redis::RedisSettings;
pub use server::{ServerDeadlines, ServerLimits, ServerSettings};
pub use settings::Settings;
