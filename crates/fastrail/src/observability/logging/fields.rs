//! The fields of a line and of the spans around it.

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};

use super::Format;
use super::values::{self, Escaped, Line, escape};

/// How many names of a line are known apart; no line has as many
const MAX_NAMES: usize = 32;

/// What the line itself is made of
const RESERVED: [&str; 3] = ["timestamp", "level", "target"];

/// The fields of one line on their way into it
pub(super) struct Fields<'a> {
    line: &'a mut Line,
    format: Format,
    names: [&'static str; MAX_NAMES],
    len: usize,
    /// Whether the line's own fields are written
    is_at_spans: bool,
}

impl<'a> Fields<'a> {
    pub(super) fn new(line: &'a mut Line, format: Format) -> Self {
        Self { line, format, names: [""; MAX_NAMES], len: 0, is_at_spans: false }
    }

    /// Begins a field, unless one of that name is there: what is nearer to the line counts
    fn begin(&mut self, name: &'static str) -> bool {
        // No event has two fields of one name.
        if self.is_at_spans && (name.starts_with("otel.") || self.names[..self.len].contains(&name)) {
            return false;
        }
        if let Some(slot) = self.names.get_mut(self.len) {
            *slot = name;
            self.len += 1;
        }
        match self.format {
            Format::Json => {
                self.line.push_str(if RESERVED.contains(&name) { ",\"field." } else { ",\"" });
                self.line.push_str(name);
                self.line.push_str("\":");
            }
            Format::Pretty { .. } => {
                self.line.push_str(" ");
                self.line.push_str(name);
                self.line.push_str("=");
            }
        }
        true
    }

    /// A number or a truth value
    fn plain(&mut self, name: &'static str, value: impl fmt::Display) {
        if self.begin(name) {
            let _ = write!(self.line, "{value}");
        }
    }

    fn text(&mut self, name: &'static str, value: &str) {
        if self.begin(name) {
            values::text(self.line, self.format, value.as_bytes());
        }
    }

    /// The ids of the request that this thread is at, unless a span has told them
    pub(super) fn ids(&mut self, id: &str, trace_id: Option<&str>) {
        self.is_at_spans = true;
        self.text("request_id", id);
        if let Some(trace_id) = trace_id {
            self.text("trace_id", trace_id);
        }
    }

    /// The fields of a span, as they were when it was told them
    pub(super) fn span(&mut self, span: &SpanFields) {
        self.is_at_spans = true;
        let mut start = 0;
        for (name, end, is_text) in &span.fields {
            let value = span.values.get(start..*end).unwrap_or_default();
            start = *end;
            if *is_text { self.text(name, value) } else { self.plain(name, value) }
        }
    }
}

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field.name(), value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no word for the others.
        if !value.is_finite() {
            return self.record_debug(field, &value);
        }
        let thousandths = value * 1000.0;
        // Most are durations to the thousandth, which need no search for their shortest form.
        if thousandths.fract() == 0.0 && (0.0..1e15).contains(&thousandths) {
            if self.begin(field.name()) {
                values::thousandths(self.line, thousandths as u64);
            }
            return;
        }
        self.plain(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.plain(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if self.begin(field.name()) {
            values::number(self.line, value);
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.plain(field.name(), value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.record_debug(field, &Causes(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // `log` says where a line comes from in fields.
        if field.name() == "message" || field.name().starts_with("log.") || !self.begin(field.name()) {
            return;
        }
        values::debug(self.line, value);
    }
}

/// An error and what caused it
struct Causes<'a>(&'a (dyn std::error::Error + 'static));

impl fmt::Debug for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(cause) = source {
            write!(f, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

/// Writes the message of a line, and nothing else of it
pub(super) struct Message<'a>(pub(super) &'a mut Line);

impl Visit for Message<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let _ = write!(Escaped(self.0), "{value:?}");
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            escape(self.0, value.as_bytes());
        }
    }
}

/// What a span was told: kept until it closes
#[derive(Debug, Default)]
pub(super) struct SpanFields {
    /// Name, the end of the value, whether it is a text
    fields: Vec<(&'static str, usize, bool)>,
    values: String,
}

impl SpanFields {
    fn end(&mut self, name: &'static str, is_text: bool) {
        if self.fields.is_empty() {
            self.fields.reserve(2);
        }
        self.fields.push((name, self.values.len(), is_text));
    }

    /// The ids of the request that a span begins in
    pub(super) fn ids(&mut self, id: &str, trace_id: Option<&str>) {
        for (name, value) in [("request_id", Some(id)), ("trace_id", trace_id)] {
            if let Some(value) = value {
                self.values.push_str(value);
                self.end(name, true);
            }
        }
    }

    fn plain(&mut self, field: &Field, value: impl fmt::Display) {
        let _ = write!(self.values, "{value}");
        self.end(field.name(), false);
    }
}

impl Visit for SpanFields {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name().starts_with("otel.") {
            return;
        }
        self.values.push_str(value);
        self.end(field.name(), true);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.plain(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.plain(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.plain(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.values, "{value:?}");
        self.end(field.name(), true);
    }
}
