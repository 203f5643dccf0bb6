//! What is logged, and in which shape.

use std::path::PathBuf;

use fastrail::Settings;

use super::Environment;

/// Settings of the log.
#[derive(Debug, Clone, PartialEq, Eq, Settings)]
pub struct LoggingSettings {
    /// development, staging or production
    #[setting(name = "ENVIRONMENT", default)]
    pub environment: Environment,
    /// More to see for developers; refused in production
    #[setting(name = "DEBUG", default)]
    pub debug: bool,
    /// The least important message that is logged: `info`, or `debug` with `DEBUG=true`
    #[setting(name = "LOG_LEVEL", default = if *debug { LogLevel::Debug } else { LogLevel::Info })]
    pub level: LogLevel,
    /// `pretty` for people, `json` for machines: `pretty` in development, else `json`
    #[setting(
        name = "LOG_FORMAT",
        default = if environment.is_development() { LogFormat::Pretty } else { LogFormat::Json }
    )]
    pub format: LogFormat,
    /// A file that is written as well, as JSON: a new one each day and at 100 MiB, the last 7 are kept
    #[setting(name = "LOG_FILE")]
    pub file: Option<PathBuf>,
}

/// How important a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Settings)]
pub enum LogLevel {
    /// Every step.
    Trace,
    /// What a developer wants to know.
    Debug,
    /// What an operator wants to know.
    Info,
    /// What may become a fault.
    Warn,
    /// Faults only.
    Error,
}

/// The shape of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Settings)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// For people.
    Pretty,
}

impl LogLevel {
    /// The word for it, as `tracing_subscriber::EnvFilter` reads it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}
