//! Where log lines go: to standard output, as JSON or for people.

use fastrail::observability::{Logging, LoggingGuard};

use crate::config::{LogFormat, LoggingSettings};

/// Starts logging, once; the guard writes the last lines when it is dropped.
pub(super) fn start(settings: &LoggingSettings) -> fastrail::Result<LoggingGuard> {
    // SeaORM and sqlx log statements with their values; those stay out of the log below warnings.
    let level = settings.level.as_str();
    let logging = Logging::new().filter(format!("{level},sqlx=warn,sea_orm=warn,hyper=info,h2=info"));
    match settings.format {
        LogFormat::Json => logging.json(),
        LogFormat::Pretty => logging.pretty(),
    }
    .start()
}
