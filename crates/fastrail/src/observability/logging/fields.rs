//! The fields of a line and of the spans around it, in both forms, with everything escaped that is not plain text.

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};

use super::Format;

/// How many names of a line are known apart; no line has as many
const MAX_NAMES: usize = 32;

/// What the line itself is made of
const RESERVED: [&str; 3] = ["timestamp", "level", "target"];

/// The fields of one line on their way into it
pub(super) struct Fields<'a> {
    line: &'a mut String,
    format: Format,
    names: [&'static str; MAX_NAMES],
    len: usize,
    /// Whether the line's own fields are written
    is_at_spans: bool,
}

impl<'a> Fields<'a> {
    pub(super) fn new(line: &'a mut String, format: Format) -> Self {
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
                escape(self.line, name);
                self.line.push_str("\":");
            }
            Format::Pretty { .. } => {
                self.line.push(' ');
                escape(self.line, name);
                self.line.push('=');
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
        if !self.begin(name) {
            return;
        }
        let is_bare = self.format != Format::Json
            && !value.is_empty()
            && value.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'=' | b'\\'));
        if is_bare {
            self.line.push_str(value);
        } else {
            self.line.push('"');
            escape(self.line, value);
            self.line.push('"');
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
                let thousandths = thousandths as u64;
                digits(self.line, thousandths / 1000);
                let rest = thousandths % 1000;
                self.line.push('.');
                for digit in [rest / 100, rest / 10 % 10, rest % 10] {
                    self.line.push(char::from(b'0' + digit as u8));
                }
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
            digits(self.line, value);
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
        self.line.push('"');
        let _ = write!(Escaped(self.line), "{value:?}");
        self.line.push('"');
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
pub(super) struct Message<'a>(pub(super) &'a mut String);

impl Visit for Message<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let _ = write!(Escaped(self.0), "{value:?}");
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            escape(self.0, value);
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

/// Escapes what is written through it
struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escape(self.0, text);
        Ok(())
    }
}

/// Appends a text as it stands in a JSON string (RFC 8259 §7): no control character is left, nor one that breaks a line or
/// turns its direction
pub(super) fn escape(line: &mut String, text: &str) {
    // All bytes are looked at, without a branch for each, since hardly any text has one that matters.
    let special = |byte: u8| !(0x20..0x7f).contains(&byte) | (byte == b'"') | (byte == b'\\');
    if !text.bytes().fold(false, |any, byte| any | special(byte)) {
        return line.push_str(text);
    }
    for character in text.chars() {
        match character {
            '"' => line.push_str("\\\""),
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            hidden if is_hidden(hidden) => {
                let _ = write!(line, "\\u{:04x}", u32::from(hidden));
            }
            plain => line.push(plain),
        }
    }
}

/// Appends a number
fn digits(line: &mut String, mut number: u64) {
    let mut text = [b'0'; 20];
    let mut start = text.len();
    loop {
        start -= 1;
        text[start] += (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    line.push_str(std::str::from_utf8(&text[start..]).unwrap_or_default());
}

/// Control characters (C0, DEL, C1), line and paragraph separators, and what turns a line's direction
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_they_are() {
        for number in [0, 7, 10, 4711, u64::MAX] {
            let mut line = String::new();
            digits(&mut line, number);
            assert_eq!(line, number.to_string());
        }
    }

    #[test]
    fn what_is_escaped_is_the_same_text_to_a_reader_of_json() {
        let texts = ["plain", "a\"b\\c", "\r\n\t\0\u{1b}[31m\u{7f}", "\u{9b}31m \u{85} \u{2028} \u{202e}", "äöü 😀"];
        for text in texts {
            let mut line = String::from("\"");
            escape(&mut line, text);
            line.push('"');
            assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
            assert!(!line.chars().any(is_hidden), "{line:?}");
        }
    }
}
