//! What is logged, and in which shape.

use std::str::FromStr;

use super::{Environment, reader::Reader};

/// Settings of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoggingSettings {
    /// `LOG_LEVEL`: the least important message that is logged (`info`; `debug` under `DEBUG`).
    pub level: LogLevel,
    /// `LOG_FORMAT`: `pretty` in development, else `json`.
    pub format: LogFormat,
}

/// How important a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

impl FromStr for LogLevel {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Trace, Self::Debug, Self::Info, Self::Warn, Self::Error]
            .into_iter()
            .find(|level| level.as_str().eq_ignore_ascii_case(text))
            .ok_or(())
    }
}

impl FromStr for LogFormat {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "json" => Ok(Self::Json),
            "pretty" => Ok(Self::Pretty),
            _ => Err(()),
        }
    }
}

impl LoggingSettings {
    pub(super) fn read(reader: &mut Reader, environment: Environment, debug: bool) -> Self {
        let level = if debug { LogLevel::Debug } else { LogLevel::Info };
        let format = if environment.is_development() { LogFormat::Pretty } else { LogFormat::Json };
        let levels = "trace, debug, info, warn or error";
        Self {
            level: reader.value("LOG_LEVEL", level, levels),
            format: reader.value("LOG_FORMAT", format, "json or pretty"),
        }
    }
}
