//! The head of one message: request line and fields, read line by line as the bytes come.
//!
//! It checks what decides where a message ends and whom it is for, and leaves to hyper what every parser agrees on (the
//! characters of names and values). It looks for line ends eight
//! bytes at a time, and at a line's first byte before its name: about 640 instructions
//! for a head of 3 fields, 2,100 for a browser's 12.

use super::Refusal;

/// How large a head may be
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeadLimits {
    /// The longest target, in bytes
    pub(crate) max_target: usize,
    /// The longest head, request line included, in bytes
    pub(crate) max_head: usize,
    /// The most fields
    pub(crate) max_fields: usize,
}

/// Where the message goes on after its head
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// So many bytes of body; 0 without a body
    Length(u64),
    /// Chunks
    Chunked,
}

/// A head that is complete and sound
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Its bytes, the empty line included
    pub(crate) len: usize,
    /// The body after it
    pub(crate) framing: Framing,
    /// Whether the client asks to speak another protocol on this connection
    pub(crate) upgrade: bool,
}

/// What is known of a head so far
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct HeadReader {
    /// Where the present line starts
    line: usize,
    /// How far line ends have been looked for
    searched: usize,
    fields: usize,
    has_request_line: bool,
    blank_lines: u8,
    is_http_10: bool,
    has_host: bool,
    has_chunks: bool,
    upgrade: bool,
    length: Option<u64>,
}

impl HeadReader {
    /// Reads on; `message` starts with the head's first byte and has all that came so far
    ///
    /// `None`: the head is not complete.
    ///
    /// # Errors
    /// What is wrong with it. The reader is of no use then.
    pub(crate) fn read(&mut self, message: &[u8], limits: &HeadLimits) -> Result<Option<Head>, Refusal> {
        while let Some(found) = message.get(self.searched..).and_then(line_feed) {
            let end = self.searched + found;
            // The line, and the byte before its line feed.
            let Some((b'\r', line)) = message.get(self.line..end).and_then(<[u8]>::split_last) else {
                return Err(Refusal::BareLineFeed);
            };
            if end >= limits.max_head {
                return Err(if self.has_request_line { Refusal::HeadTooLarge } else { Refusal::TargetTooLong });
            }
            self.line = end + 1;
            self.searched = end + 1;
            if !self.has_request_line {
                self.first_line(line, limits)?;
            } else if let Some(first) = line.first() {
                self.field(*first, line, limits)?;
            } else {
                return self.complete(end + 1).map(Some);
            }
        }
        self.searched = message.len();
        self.incomplete(message, limits)
    }

    /// Whether a byte of it has come
    pub(crate) fn has_begun(&self) -> bool {
        self.searched > 0
    }

    fn incomplete(&self, message: &[u8], limits: &HeadLimits) -> Result<Option<Head>, Refusal> {
        /// The longest method and version with their blanks: nobody's is longer
        const AROUND_TARGET: usize = 48;
        if !self.has_request_line && message.len() - self.line > limits.max_target + AROUND_TARGET {
            return Err(Refusal::TargetTooLong);
        }
        if message.len() >= limits.max_head {
            return Err(Refusal::HeadTooLarge);
        }
        Ok(None)
    }

    fn first_line(&mut self, line: &[u8], limits: &HeadLimits) -> Result<(), Refusal> {
        if line.is_empty() {
            // RFC 9112 §2.2: an empty line before the request line comes from clients that count it to a body.
            self.blank_lines += 1;
            return if self.blank_lines > 1 { Err(Refusal::RequestLine) } else { Ok(()) };
        }
        let version = line.len().checked_sub(b" HTTP/1.1".len()).ok_or(Refusal::RequestLine)?;
        self.is_http_10 = match &line[version..] {
            b" HTTP/1.1" => false,
            b" HTTP/1.0" => true,
            _ => return Err(Refusal::RequestLine),
        };
        let blank = line[..version].iter().position(|byte| *byte == b' ').ok_or(Refusal::RequestLine)?;
        let (method, target) = (&line[..blank], &line[blank + 1..version]);
        if method.is_empty() || target.is_empty() {
            return Err(Refusal::RequestLine);
        }
        if target.len() > limits.max_target {
            return Err(Refusal::TargetTooLong);
        }
        if !target.iter().all(|byte| CLASSES[usize::from(*byte)] & IN_TARGET != 0) {
            return Err(Refusal::Target);
        }
        self.upgrade = method == b"CONNECT";
        self.has_request_line = true;
        Ok(())
    }

    fn field(&mut self, first: u8, line: &[u8], limits: &HeadLimits) -> Result<(), Refusal> {
        self.fields += 1;
        if self.fields > limits.max_fields {
            return Err(Refusal::TooManyFields);
        }
        // Lines of no such name, and such that have no colon, are hyper's to judge.
        match first {
            b'h' | b'H' => value_of(line, b"host").map_or(Ok(()), |value| self.host(value)),
            b'c' | b'C' => value_of(line, b"content-length").map_or(Ok(()), |value| self.content_length(value)),
            b't' | b'T' => value_of(line, b"transfer-encoding").map_or(Ok(()), |value| self.transfer_encoding(value)),
            b'u' | b'U' => {
                self.upgrade |= value_of(line, b"upgrade").is_some();
                Ok(())
            }
            b' ' | b'\t' => Err(Refusal::FoldedField),
            _ => Ok(()),
        }
    }

    fn host(&mut self, value: &[u8]) -> Result<(), Refusal> {
        if std::mem::replace(&mut self.has_host, true) {
            return Err(Refusal::SecondHost);
        }
        if is_host(value) { Ok(()) } else { Err(Refusal::Host) }
    }

    fn content_length(&mut self, value: &[u8]) -> Result<(), Refusal> {
        // 19 digits always fit.
        if self.length.is_some() || !(1..=19).contains(&value.len()) || !value.iter().all(u8::is_ascii_digit) {
            return Err(Refusal::ContentLength);
        }
        self.length = Some(value.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')));
        Ok(())
    }

    fn transfer_encoding(&mut self, value: &[u8]) -> Result<(), Refusal> {
        // HTTP/1.0 has no chunks: RFC 9112 §6.1.
        if self.is_http_10 || std::mem::replace(&mut self.has_chunks, true) || !value.eq_ignore_ascii_case(b"chunked") {
            return Err(Refusal::TransferEncoding);
        }
        Ok(())
    }

    fn complete(&mut self, len: usize) -> Result<Head, Refusal> {
        if !self.has_host && !self.is_http_10 {
            return Err(Refusal::NoHost);
        }
        let framing = match (self.length, self.has_chunks) {
            (Some(_), true) => return Err(Refusal::TwoLengths),
            (None, true) => Framing::Chunked,
            (length, false) => Framing::Length(length.unwrap_or(0)),
        };
        Ok(Head { len, framing, upgrade: self.upgrade })
    }
}

/// Where the first line feed is, eight bytes at a time
///
/// Lines are short: calling `memchr` for each costs more than it saves.
#[inline]
fn line_feed(bytes: &[u8]) -> Option<usize> {
    const LINE_FEEDS: u64 = 0x0a0a_0a0a_0a0a_0a0a;
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        // A byte that is zero borrows from the bit above it.
        let word = u64::from_le_bytes(*word) ^ LINE_FEEDS;
        let zeros = word.wrapping_sub(LOW) & !word & HIGH;
        if zeros != 0 {
            return Some(index * 8 + zeros.trailing_zeros() as usize / 8);
        }
    }
    rest.iter().position(|byte| *byte == b'\n').map(|at| words.len() * 8 + at)
}

/// The value of a line whose name is `name` (in lower case), without the blanks around it
fn value_of<'l>(line: &'l [u8], name: &[u8]) -> Option<&'l [u8]> {
    let (found, rest) = line.split_at_checked(name.len())?;
    let (b':', value) = rest.split_first()? else { return None };
    found.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
}

/// RFC 3986 §3.2.2, without what a `Host` may not have (user information) and what no name has (escapes)
fn is_host(value: &[u8]) -> bool {
    !value.is_empty() && value.len() <= 512 && value.iter().all(|byte| CLASSES[usize::from(*byte)] & IN_HOST != 0)
}

const IN_TARGET: u8 = 1;
const IN_HOST: u8 = 2;

/// Where each byte may stand; a look-up costs less than the comparisons
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    while byte < 127 {
        if byte.is_ascii_graphic() && byte != b'#' {
            classes[byte as usize] |= IN_TARGET;
        }
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']' | b'~') {
            classes[byte as usize] |= IN_HOST;
        }
        byte += 1;
    }
    classes
};
