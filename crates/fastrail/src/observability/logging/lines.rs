//! From an event to its line.

use std::cell::Cell;
use std::sync::{Arc, OnceLock};

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_log::NormalizeEvent;
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::Format;
use super::access::access_line;
use super::fields::{Fields, Message, SpanFields};
use super::time::write_now;
use super::values::{Line, escape};
use super::writer::Writer;
use crate::middleware::{AccessLine, Ending};
use crate::observability::scope::with_ids;

/// The longest line whose room is kept for the next one, in bytes
const MAX_KEPT: usize = 16 * 1024;

/// Where lines go, and in which form
#[derive(Debug)]
pub(super) struct Sink {
    pub(super) format: Format,
    pub(super) writer: Writer,
}

/// What writes lines; cloning it is cheap
#[derive(Clone, Debug)]
pub(super) struct Lines {
    sinks: Arc<[Sink]>,
}

/// Where the access log goes, once logging has been started: `None` when the filter is against it
static ACCESS: OnceLock<Option<Lines>> = OnceLock::new();

impl Lines {
    pub(super) fn new(sinks: Vec<Sink>) -> Self {
        Self { sinks: sinks.into() }
    }

    /// Takes the access log's lines as well, which go no other way then; the filter is in force already
    pub(super) fn take_access(&self) {
        let is_wanted = tracing::enabled!(target: AccessLine::TARGET, Level::INFO);
        // Logging starts once.
        let _ = ACCESS.set(is_wanted.then(|| self.clone()));
    }

    /// Writes a line to every sink
    fn write(&self, mut line: impl FnMut(&mut Line, Format)) {
        thread_local! {
            static LINE: Cell<Line> = Cell::default();
        }
        // A value that logs while it is written finds none, and begins another.
        let mut text = LINE.take();
        for sink in &*self.sinks {
            text.clear();
            line(&mut text, sink.format);
            sink.writer.write(text.as_bytes());
        }
        if text.capacity() <= MAX_KEPT {
            LINE.set(text);
        }
    }
}

/// Whether the access log is to be written; `None`: that is somebody else's to say
pub(crate) fn wants_access() -> Option<bool> {
    ACCESS.get().map(Option::is_some)
}

/// Writes a request's line; `false`: that is somebody else's to do
pub(crate) fn write_access(access: &AccessLine<'_>, ending: Ending) -> bool {
    let Some(Some(lines)) = ACCESS.get() else { return false };
    lines.write(|line, format| access_line(line, format, access, ending));
    true
}

impl<S: Subscriber + for<'span> LookupSpan<'span>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = SpanFields::default();
        attributes.record(&mut fields);
        if span.parent().is_none() {
            // Where it is entered outside of the request, as by a task, it tells whose it is.
            with_ids(|id, trace_id| fields.ids(id, trace_id));
        }
        span.extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(fields) = span.extensions_mut().get_mut::<SpanFields>() {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let normalized = event.normalized_metadata();
        let metadata = normalized.as_ref().unwrap_or_else(|| event.metadata());
        self.write(|line, format| {
            begin(line, format, *metadata.level(), metadata.target(), |line| event.record(&mut Message(line)));
            let mut fields = Fields::new(line, format);
            event.record(&mut fields);
            let mut span = context.event_span(event);
            while let Some(around) = span {
                if let Some(known) = around.extensions().get::<SpanFields>() {
                    fields.span(known);
                }
                span = around.parent();
            }
            with_ids(|id, trace_id| fields.ids(id, trace_id));
            line.push_str(format.end());
        });
    }
}

/// Time, level, target and message
#[inline]
pub(super) fn begin(line: &mut Line, format: Format, level: Level, target: &str, message: impl FnOnce(&mut Line)) {
    match format {
        Format::Json => {
            line.push_str("{\"timestamp\":\"");
            write_now(line);
            line.push_str("\",\"level\":\"");
            line.push_str(level.as_str());
            line.push_str("\",\"target\":\"");
            escape(line, target.as_bytes());
            line.push_str("\",\"message\":\"");
            message(line);
            line.push_str("\"");
        }
        Format::Pretty { colours } => {
            write_now(line);
            let colour = match level {
                Level::ERROR => "\u{1b}[31m",
                Level::WARN => "\u{1b}[33m",
                Level::INFO => "\u{1b}[32m",
                _ => "\u{1b}[34m",
            };
            line.push_str(if colours { colour } else { "" });
            line.push_str(if level.as_str().len() == 4 { "  " } else { " " });
            line.push_str(level.as_str());
            line.push_str(if colours { "\u{1b}[0m " } else { " " });
            escape(line, target.as_bytes());
            line.push_str(": ");
            message(line);
        }
    }
}
