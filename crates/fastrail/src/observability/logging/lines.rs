//! From an event to its line.

use std::cell::Cell;

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_log::NormalizeEvent;
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::Format;
use super::fields::{Fields, Message, SpanFields, escape};
use super::time::write_now;
use super::writer::Writer;

/// The longest line whose room is kept for the next one, in bytes
const MAX_KEPT: usize = 16 * 1024;

/// Where lines go, and in which form
#[derive(Debug)]
pub(super) struct Sink {
    pub(super) format: Format,
    pub(super) writer: Writer,
}

/// What writes lines
#[derive(Debug)]
pub(super) struct Lines {
    sinks: Vec<Sink>,
}

impl Lines {
    pub(super) fn new(sinks: Vec<Sink>) -> Self {
        Self { sinks }
    }
}

impl<S: Subscriber + for<'span> LookupSpan<'span>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = SpanFields::default();
        attributes.record(&mut fields);
        span.extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(fields) = span.extensions_mut().get_mut::<SpanFields>() {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        thread_local! {
            static LINE: Cell<String> = const { Cell::new(String::new()) };
        }
        // A value that logs while it is written finds none, and begins another.
        let mut line = LINE.take();
        let normalized = event.normalized_metadata();
        let metadata = normalized.as_ref().unwrap_or_else(|| event.metadata());
        for sink in &self.sinks {
            line.clear();
            begin(&mut line, metadata, event, sink.format);
            let mut fields = Fields::new(&mut line, sink.format);
            event.record(&mut fields);
            let mut span = context.event_span(event);
            while let Some(around) = span {
                if let Some(known) = around.extensions().get::<SpanFields>() {
                    fields.span(known);
                }
                span = around.parent();
            }
            line.push_str(if sink.format == Format::Json { "}\n" } else { "\n" });
            sink.writer.write(line.as_bytes());
        }
        if line.capacity() <= MAX_KEPT {
            LINE.set(line);
        }
    }
}

/// Time, level, target and message
fn begin(line: &mut String, metadata: &Metadata<'_>, event: &Event<'_>, format: Format) {
    match format {
        Format::Json => {
            line.push_str("{\"timestamp\":\"");
            write_now(line);
            line.push_str("\",\"level\":\"");
            line.push_str(metadata.level().as_str());
            line.push_str("\",\"target\":\"");
            escape(line, metadata.target());
            line.push_str("\",\"message\":\"");
            event.record(&mut Message(line));
            line.push('"');
        }
        Format::Pretty { colours } => {
            write_now(line);
            let level = metadata.level();
            let colour = match *level {
                Level::ERROR => "\u{1b}[31m",
                Level::WARN => "\u{1b}[33m",
                Level::INFO => "\u{1b}[32m",
                _ => "\u{1b}[34m",
            };
            line.push_str(if colours { colour } else { "" });
            line.push_str(if level.as_str().len() == 4 { "  " } else { " " });
            line.push_str(level.as_str());
            line.push_str(if colours { "\u{1b}[0m " } else { " " });
            escape(line, metadata.target());
            line.push_str(": ");
            event.record(&mut Message(line));
        }
    }
}
