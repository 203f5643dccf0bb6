//! Values of a line, in both forms, with everything escaped that is not plain text.

use std::fmt::{self, Write};
use std::net::IpAddr;

use super::Format;
use crate::words::{self, HIGH, below, equal};

/// A line on its way
#[derive(Debug, Default)]
pub(super) struct Line(Vec<u8>);

impl Line {
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn capacity(&self) -> usize {
        self.0.capacity()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    #[inline(always)]
    pub(super) fn push_bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    #[inline(always)]
    pub(super) fn push_str(&mut self, text: &str) {
        self.push_bytes(text.as_bytes());
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

/// Appends a text in UTF-8; what is no UTF-8 is no text
pub(super) fn text(line: &mut Line, format: Format, value: &[u8]) {
    let is_bare = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'=' | b'\\');
    if format != Format::Json && !value.is_empty() && value.iter().all(|byte| is_bare(*byte)) {
        return line.push_bytes(value);
    }
    line.push_str("\"");
    escape(line, value);
    line.push_str("\"");
}

/// Appends what is written by its `Debug`, as a text
pub(super) fn debug(line: &mut Line, value: &dyn fmt::Debug) {
    line.push_str("\"");
    let _ = write!(Escaped(line), "{value:?}");
    line.push_str("\"");
}

/// Appends a whole number
#[inline]
pub(super) fn number(line: &mut Line, value: u64) {
    if value >= 1000 {
        // Writing to a line cannot fail.
        let _ = write!(line, "{value}");
        return;
    }
    let digits = decimals(value);
    let leading = usize::from(value < 100) + usize::from(value < 10);
    line.push_bytes(&digits[leading..]);
}

/// Appends a number of thousandths as a decimal number
#[inline]
pub(super) fn thousandths(line: &mut Line, thousandths: u64) {
    number(line, thousandths / 1000);
    let [hundreds, tens, ones] = decimals(thousandths % 1000);
    line.push_bytes(&[b'.', hundreds, tens, ones]);
}

/// The three digits of a number below 1,000
fn decimals(value: u64) -> [u8; 3] {
    let value = value as u32;
    [value / 100, value / 10 % 10, value % 10].map(|digit| b'0' + digit as u8)
}

/// Appends an address
pub(super) fn address(line: &mut Line, address: IpAddr) {
    match address {
        IpAddr::V4(address) => {
            let [first, rest @ ..] = address.octets();
            number(line, first.into());
            for octet in rest {
                line.push_str(".");
                number(line, octet.into());
            }
        }
        IpAddr::V6(address) => {
            let _ = write!(line, "{address}");
        }
    }
}

/// Escapes what is written through it
pub(super) struct Escaped<'a>(pub(super) &'a mut Line);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escape(self.0, text.as_bytes());
        Ok(())
    }
}

/// Appends a text as it stands in a JSON string (RFC 8259 §7): no control character is left, nor one that breaks a line or
/// turns its direction
#[inline]
pub(super) fn escape(line: &mut Line, text: &[u8]) {
    // Hardly any text has a character that matters.
    if is_plain(text) {
        line.push_bytes(text);
    } else {
        escape_each(line, std::str::from_utf8(text).unwrap_or("(no text)"));
    }
}

/// Whether every byte stands for itself; long texts are looked at in blocks, which the machine has one instruction for
#[inline]
fn is_plain(text: &[u8]) -> bool {
    let is_block_plain = |block: &[u8; 16]| {
        block.iter().fold(true, |all, byte| all & (*byte >= b' ') & (*byte < 0x7f) & (*byte != b'"') & (*byte != b'\\'))
    };
    if let Some(last) = text.last_chunk() {
        let (blocks, rest) = text.as_chunks();
        // The last block overlaps the one before it.
        return blocks.iter().all(is_block_plain) && (rest.is_empty() || is_block_plain(last));
    }
    let is_word_plain =
        |word| (below(word, b' ') | equal(word, b'"') | equal(word, b'\\') | equal(word, 0x7f) | word) & HIGH == 0;
    words::all(text, is_word_plain, |byte| PLAIN[usize::from(byte)])
}

#[cold]
fn escape_each(line: &mut Line, text: &str) {
    for character in text.chars() {
        let _ = match character {
            '"' => line.write_str("\\\""),
            '\\' => line.write_str("\\\\"),
            '\n' => line.write_str("\\n"),
            '\r' => line.write_str("\\r"),
            '\t' => line.write_str("\\t"),
            hidden if is_hidden(hidden) => write!(line, "\\u{:04x}", u32::from(hidden)),
            plain => line.write_char(plain),
        };
    }
}

/// Which bytes stand for themselves
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0x20;
    while byte < 0x7f {
        plain[byte] = byte != b'"' as usize && byte != b'\\' as usize;
        byte += 1;
    }
    plain
};

/// Control characters (C0, DEL, C1), line and paragraph separators, and what turns a line's direction
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Line)) -> String {
        let mut line = Line::default();
        write(&mut line);
        String::from_utf8(line.0).unwrap()
    }

    #[test]
    fn numbers_and_addresses_are_written_as_they_are() {
        for value in [0, 7, 10, 99, 100, 999, 1000, 4711, u64::MAX] {
            assert_eq!(written(|line| number(line, value)), value.to_string());
        }
        for (value, text) in [(0, "0.000"), (7, "0.007"), (1_250, "1.250"), (61_000_001, "61000.001")] {
            assert_eq!(written(|line| thousandths(line, value)), text);
        }
        for text in ["127.0.0.1", "203.0.113.9", "::1", "2001:db8::7"] {
            assert_eq!(written(|line| address(line, text.parse().unwrap())), text);
        }
    }

    #[test]
    fn what_is_escaped_is_the_same_text_to_a_reader_of_json() {
        let texts = ["plain", "a\"b\\c", "\r\n\t\0\u{1b}[31m\u{7f}", "\u{9b}31m \u{85} \u{2028} \u{202e}", "äöü 😀"];
        let placed = |text: &str| {
            ["", "12345678", "1234567890123", "12345678901234567890"].map(|before| format!("{before}{text}"))
        };
        for text in texts.into_iter().flat_map(placed) {
            let line = written(|line| super::text(line, Format::Json, text.as_bytes()));
            assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
            assert!(!line.chars().any(is_hidden), "{line:?}");
        }
    }
}
