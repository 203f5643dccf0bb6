//! The access log's lines, written without a detour: there is one for every request.

use super::Format;
use super::lines::begin;
use super::values::{Line, address, escape, number, text, thousandths};
use crate::middleware::{AccessLine, Ending};

/// A field's name with what stands around it
#[derive(Clone, Copy)]
struct Key {
    json: &'static str,
    pretty: &'static str,
}

macro_rules! key {
    ($name:literal) => {
        Key { json: concat!(",\"", $name, "\":"), pretty: concat!(" ", $name, "=") }
    };
}

/// The same for a text, whose quotes stand in the key
macro_rules! text_key {
    ($name:literal) => {
        Key { json: concat!(",\"", $name, "\":\""), pretty: concat!(" ", $name, "=") }
    };
}

/// Appends the line of one request, as the same event's would be
pub(super) fn access_line(line: &mut Line, format: Format, access: &AccessLine<'_>, ending: Ending) {
    begin(line, format, tracing::Level::INFO, AccessLine::TARGET, |line| line.push_str(ending.message()));
    let mut fields = Fields { line, format };
    fields.text(text_key!("method"), access.method.as_str().as_bytes());
    fields.text(text_key!("path"), access.path.as_bytes());
    if let Some(route) = access.route {
        fields.text(text_key!("route"), route.as_bytes());
    }
    number(fields.of(key!("status")), access.status.into());
    thousandths(fields.of(key!("duration_ms")), access.micros());
    number(fields.of(key!("bytes")), access.bytes);
    fields.text(text_key!("request_id"), access.id.as_bytes());
    if let Some(trace_id) = access.trace_id {
        fields.text(text_key!("trace_id"), trace_id.as_bytes());
    }
    if let Some(principal) = access.principal {
        fields.text(text_key!("principal"), principal.as_bytes());
    }
    if let Some(client) = access.client {
        address(fields.of(text_key!("client")), client);
        if format == Format::Json {
            line.push_str("\"");
        }
    }
    line.push_str(format.end());
}

struct Fields<'a> {
    line: &'a mut Line,
    format: Format,
}

impl Fields<'_> {
    #[inline(always)]
    fn of(&mut self, key: Key) -> &mut Line {
        if self.format == Format::Json {
            self.line.push_str(key.json);
        } else {
            self.line.push_str(key.pretty);
        }
        self.line
    }

    #[inline(always)]
    fn text(&mut self, key: Key, value: &[u8]) {
        let format = self.format;
        let line = self.of(key);
        if format == Format::Json {
            escape(line, value);
            line.push_str("\"");
        } else {
            text(line, format, value);
        }
    }
}
