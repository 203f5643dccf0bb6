//! Log lines: what is logged, in which form, and where to.

mod access;
mod fields;
mod file;
mod lines;
mod time;
mod values;
mod writer;

pub use file::LogFile;
pub(crate) use lines::{wants_access, write_access};

use std::fmt;
use std::io::{IsTerminal, Write};

use tracing::Subscriber;
use tracing_subscriber::filter::{EnvFilter, LevelFilter};
#[cfg(feature = "otlp")]
use tracing_subscriber::layer::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Registry, registry::LookupSpan};

use crate::error::Error;
use lines::{Lines, Sink};
use writer::Writer;

/// Logging of a whole program, which one call starts
///
/// Everything that logs by [`tracing`] or by `log` is heard. Each line has the `request_id` (and the `trace_id`) of the
/// request that it belongs to. Lines are written by a thread of its own, so that a slow disk or pipe stalls no request; the
/// guard writes the last ones when it is dropped, so keep it until the end of `main`.
///
/// ```no_run
/// use fastrail::observability::{LogFile, Logging};
/// use fastrail::prelude::*;
///
/// #[tokio::main]
/// async fn main() -> Result<()> {
///     let _guard = Logging::new().filter("info,sqlx=warn").file(LogFile::new("logs/shop.log").daily()).start()?;
///     fastrail::serve(App::new("Shop", "1.0.0")).await
/// }
/// ```
///
/// Defaults: level INFO; standard output, for people where that is a terminal, else a JSON object a line.
///
/// Whatever a client sends stays on its line and shows as it is: control characters (line breaks, escape sequences of
/// terminals) are escaped in both forms. When lines come faster than they can be written, at most 8 MiB wait; the others are
/// dropped, and a line tells how many.
#[must_use = "it logs when it is started"]
pub struct Logging {
    filter: String,
    format: Option<Format>,
    output: Option<Box<dyn Write + Send>>,
    writes_to_stdout: bool,
    file: Option<LogFile>,
    #[cfg(feature = "otlp")]
    traces: Option<super::Traces>,
}

/// The form of a line
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// A JSON object
    Json,
    /// For people
    Pretty { colours: bool },
}

impl Format {
    /// What ends a line
    fn end(self) -> &'static str {
        if self == Self::Json { "}\n" } else { "\n" }
    }
}

impl Default for Logging {
    fn default() -> Self {
        Self::new()
    }
}

impl Logging {
    /// Logging with the defaults
    pub fn new() -> Self {
        Self {
            filter: "info".to_owned(),
            format: None,
            output: None,
            writes_to_stdout: true,
            file: None,
            #[cfg(feature = "otlp")]
            traces: None,
        }
    }

    /// What is logged, in the words of `RUST_LOG`: a level, or `target=level` with commas between, as in
    /// `info,shop=debug,sqlx=warn`. Default: `info`
    pub fn filter(mut self, filter: impl Into<String>) -> Self {
        self.filter = filter.into();
        self
    }

    /// One JSON object a line: `timestamp`, `level`, `target`, `message`, then the fields of the line and of the spans
    /// around it, the innermost first
    pub fn json(mut self) -> Self {
        self.format = Some(Format::Json);
        self
    }

    /// For people: time, level, target, message, `name=value`. With colours where standard output is a terminal
    pub fn pretty(mut self) -> Self {
        self.format = Some(Format::Pretty { colours: self.output.is_none() && std::io::stdout().is_terminal() });
        self
    }

    /// Writes to this in place of standard output; it is called by one thread
    pub fn output(mut self, output: impl Write + Send + 'static) -> Self {
        self.output = Some(Box::new(output));
        self
    }

    /// Writes to a file as well, always as JSON
    pub fn file(mut self, file: LogFile) -> Self {
        self.file = Some(file);
        self
    }

    /// Leaves standard output alone: only the file is written
    pub fn without_stdout(mut self) -> Self {
        self.writes_to_stdout = false;
        self
    }

    /// Sends traces as well, whatever the filter says of lines
    #[cfg(feature = "otlp")]
    pub fn traces(mut self, traces: super::Traces) -> Self {
        self.traces = Some(traces);
        self
    }

    /// Starts to log, once in a program
    ///
    /// # Errors
    /// A filter that cannot be read, a file that cannot be opened, logging that has been started before.
    pub fn start(self) -> Result<LoggingGuard, Error> {
        let filter = self.parsed_filter()?;
        let is_for_people = std::io::stdout().is_terminal();
        let format = self.format.unwrap_or(match self.output.is_none() && is_for_people {
            true => Format::Pretty { colours: true },
            false => Format::Json,
        });
        let mut sinks = Vec::new();
        if self.output.is_some() || self.writes_to_stdout {
            let output = self.output.unwrap_or_else(|| Box::new(std::io::stdout()));
            sinks.push(Sink { format, writer: Writer::start(output, format).map_err(cannot_write)? });
        }
        if let Some(file) = self.file {
            let path = file.path().display().to_string();
            let output = file.open().map_err(|error| {
                Error::cannot_start(format_args!("the log file `{path}` cannot be opened: {error}"))
            })?;
            sinks.push(Sink {
                format: Format::Json,
                writer: Writer::start(output, Format::Json).map_err(cannot_write)?,
            });
        }
        let writers = sinks.iter().map(|sink| sink.writer.clone()).collect();
        let lines = Lines::new(sinks);
        #[cfg(feature = "otlp")]
        if let Some(traces) = self.traces {
            let (layer, sending) = traces.start()?;
            // Lines and traces are filtered apart.
            let quiet =
                EnvFilter::builder().parse_lossy("info,opentelemetry=off,hyper=off,h2=off,reqwest=off,rustls=off");
            let subscriber = Registry::default().with(lines.clone().with_filter(filter)).with(layer.with_filter(quiet));
            install(subscriber, &lines)?;
            return Ok(LoggingGuard { sending: Some(sending), writers });
        }
        install(Registry::default().with(filter).with(lines.clone()), &lines)?;
        Ok(LoggingGuard {
            #[cfg(feature = "otlp")]
            sending: None,
            writers,
        })
    }

    /// The filter, without the spans of requests: lines know by themselves which request they belong to, but not to which
    /// listener
    fn parsed_filter(&self) -> Result<EnvFilter, Error> {
        let wrong = |error: &dyn fmt::Display| {
            let filter = &self.filter;
            Error::cannot_start(format_args!("the log filter `{filter}` is none ({error}): write `info,shop=debug`"))
        };
        let filter = EnvFilter::builder().with_default_directive(LevelFilter::OFF.into());
        let filter = filter.parse(&self.filter).map_err(|error| wrong(&error))?;
        if filter.max_level_hint() == Some(LevelFilter::OFF) {
            return Ok(filter);
        }
        let spans = ["fastrail::request=off", "fastrail::listener=error"];
        spans
            .into_iter()
            .try_fold(filter, |filter, span| Ok(filter.add_directive(span.parse().map_err(|error| wrong(&error))?)))
    }
}

fn cannot_write(error: std::io::Error) -> Error {
    Error::cannot_start(format_args!("the log cannot be written: {error}"))
}

fn install(
    subscriber: impl Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    lines: &Lines,
) -> Result<(), Error> {
    subscriber.try_init().map_err(|error| Error::cannot_start(format_args!("logging was started before: {error}")))?;
    lines.take_access();
    Ok(())
}

impl fmt::Debug for Logging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logging").field("filter", &self.filter).field("file", &self.file).finish_non_exhaustive()
    }
}

/// Keeps logging going; dropped, it writes the last lines and sends the last spans, which takes at most a few seconds
#[derive(Debug)]
#[must_use = "without it, the last lines are lost: `let _guard = …`"]
pub struct LoggingGuard {
    // Before the writers, since it may have something to say.
    #[cfg(feature = "otlp")]
    sending: Option<super::otlp::Sending>,
    writers: Vec<Writer>,
}

impl LoggingGuard {
    /// Waits until all lines so far have been written and all spans sent; it blocks its thread
    pub fn flush(&self) {
        #[cfg(feature = "otlp")]
        if let Some(sending) = &self.sending {
            sending.flush();
        }
        self.writers.iter().for_each(Writer::flush);
    }
}

impl Drop for LoggingGuard {
    fn drop(&mut self) {
        #[cfg(feature = "otlp")]
        drop(self.sending.take());
        self.writers.iter().for_each(Writer::close);
    }
}
