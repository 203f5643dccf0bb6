//! What is logged, where to, and where traces go.

use fastrail::observability::{LogFile, Logging, LoggingGuard, Traces};

use crate::config::{LogFormat, LoggingSettings, OtelSettings};
use crate::constants::application::{SERVICE, VERSION};

/// How many log files are kept besides the present one.
const KEPT_FILES: usize = 7;

/// Starts logging, once; the guard writes the last lines and sends the last spans when it is dropped.
pub(super) fn start(settings: &LoggingSettings, otel: &OtelSettings) -> fastrail::Result<LoggingGuard> {
    // SeaORM and sqlx log statements with their values; those stay out of the log below warnings.
    let level = settings.level.as_str();
    let logging = Logging::new().filter(format!("{level},sqlx=warn,sea_orm=warn,hyper=info,h2=info"));
    let mut logging = match settings.format {
        LogFormat::Json => logging.json(),
        LogFormat::Pretty => logging.pretty(),
    };
    if let Some(path) = &settings.file {
        logging = logging.file(LogFile::new(path).daily().keep(KEPT_FILES));
    }
    if let Some(endpoint) = &otel.endpoint {
        logging = logging.traces(Traces::to(endpoint).service(SERVICE, VERSION).sample_ratio(otel.sample_ratio));
    }
    logging.start()
}
