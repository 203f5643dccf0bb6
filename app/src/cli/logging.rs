//! Where log lines go: to standard output, as JSON or for people.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::config::{LogFormat, LoggingSettings};

/// Starts logging, once.
pub(super) fn start(settings: &LoggingSettings) {
    // SeaORM and sqlx log statements with their values; those stay out of the log below warnings.
    let level = settings.level.as_str();
    let filter = EnvFilter::new(format!("{level},sqlx=warn,sea_orm=warn,hyper=info,h2=info"));
    let colours = std::io::stdout().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_span_events(FmtSpan::NONE).with_ansi(colours);
    match settings.format {
        LogFormat::Json => builder.json().flatten_event(true).init(),
        LogFormat::Pretty => builder.init(),
    }
}
