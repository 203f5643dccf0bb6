//! The head of one message: request line and fields, read line by line as the bytes come.
//!
//! It checks what decides where a message ends and whom it is for, and leaves to hyper what every parser agrees on (the
//! characters of names and values). It looks for line ends 32 bytes at a time, then eight, and at a line's first byte
//! before its name.

use super::Refusal;
use crate::words::{HIGH, all, below, equal};

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
    /// Whether the client tells the request's id (`X-Request-Id`) or its trace's (`traceparent`)
    pub(crate) has_ids: bool,
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
    has_ids: bool,
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
        // Read in registers, not in place.
        let mut reader = *self;
        let head = reader.read_on(message, limits)?;
        if head.is_none() {
            *self = reader;
        }
        Ok(head)
    }

    #[inline]
    fn read_on(&mut self, message: &[u8], limits: &HeadLimits) -> Result<Option<Head>, Refusal> {
        while !self.has_request_line {
            let Some(line) = self.next_line(message, limits)? else { return self.incomplete(message, limits) };
            self.first_line(line, limits)?;
        }
        loop {
            if let Some([b'\r', b'\n']) = message.get(self.line..).and_then(<[u8]>::first_chunk) {
                return self.complete(self.line + 2, limits).map(Some);
            }
            match self.next_line(message, limits)? {
                // An empty line was the head's end.
                Some([first, ..]) if !MATTERS[usize::from(*first)] => self.fields += 1,
                Some(line) => self.field(line)?,
                None => return self.incomplete(message, limits),
            }
            if self.fields > limits.max_fields {
                return Err(Refusal::TooManyFields);
            }
        }
    }

    /// The next line, if all of it has come
    #[inline(always)]
    fn next_line<'m>(&mut self, message: &'m [u8], limits: &HeadLimits) -> Result<Option<&'m [u8]>, Refusal> {
        let Some(found) = message.get(self.searched..).and_then(line_feed) else {
            self.searched = message.len();
            return Ok(None);
        };
        let end = self.searched + found;
        // The line, and the byte before its line feed.
        let Some((b'\r', line)) = message.get(self.line..end).and_then(<[u8]>::split_last) else {
            return Err(Refusal::BareLineFeed);
        };
        self.line = end + 1;
        self.searched = end + 1;
        if end >= limits.max_head {
            return Err(self.too_large());
        }
        Ok(Some(line))
    }

    fn too_large(&self) -> Refusal {
        if self.has_request_line { Refusal::HeadTooLarge } else { Refusal::TargetTooLong }
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
        let (start, version) = line.split_last_chunk().ok_or(Refusal::RequestLine)?;
        self.is_http_10 = match version {
            b" HTTP/1.1" => false,
            b" HTTP/1.0" => true,
            _ => return Err(Refusal::RequestLine),
        };
        let blank = first(b' ', start).ok_or(Refusal::RequestLine)?;
        let (method, target) = (&start[..blank], &start[blank + 1..]);
        if method.is_empty() || target.is_empty() {
            return Err(Refusal::RequestLine);
        }
        if target.len() > limits.max_target {
            return Err(Refusal::TargetTooLong);
        }
        if !is_target(target) {
            return Err(Refusal::Target);
        }
        self.upgrade = method == b"CONNECT";
        self.has_request_line = true;
        Ok(())
    }

    /// Reads a field whose name may matter
    fn field(&mut self, line: &[u8]) -> Result<(), Refusal> {
        self.fields += 1;
        // Lines of no such name, and such that have no colon, are hyper's to judge.
        match line.first() {
            Some(b'h' | b'H') => value_of(line, b"host").map_or(Ok(()), |value| self.host(value)),
            Some(b'c' | b'C') => value_of(line, b"content-length").map_or(Ok(()), |value| self.content_length(value)),
            Some(b't' | b'T') => {
                self.has_ids |= value_of(line, b"traceparent").is_some();
                value_of(line, b"transfer-encoding").map_or(Ok(()), |value| self.transfer_encoding(value))
            }
            Some(b'u' | b'U') => {
                self.upgrade |= value_of(line, b"upgrade").is_some();
                Ok(())
            }
            Some(b'x' | b'X') => {
                self.has_ids |= value_of(line, b"x-request-id").is_some();
                Ok(())
            }
            Some(b' ' | b'\t') => Err(Refusal::FoldedField),
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

    fn complete(&mut self, len: usize, limits: &HeadLimits) -> Result<Head, Refusal> {
        if len > limits.max_head {
            return Err(Refusal::HeadTooLarge);
        }
        if !self.has_host && !self.is_http_10 {
            return Err(Refusal::NoHost);
        }
        let framing = match (self.length, self.has_chunks) {
            (Some(_), true) => return Err(Refusal::TwoLengths),
            (None, true) => Framing::Chunked,
            (length, false) => Framing::Length(length.unwrap_or(0)),
        };
        Ok(Head { len, framing, upgrade: self.upgrade, has_ids: self.has_ids })
    }
}

/// Where a line ends; long ones (cookies, tokens) are passed over 32 bytes at a time
///
/// Most lines are short: calling `memchr` for each costs more than it saves.
#[inline(always)]
fn line_feed(bytes: &[u8]) -> Option<usize> {
    let mut passed = 0;
    for block in bytes.as_chunks::<32>().0 {
        // All of them: that is one comparison.
        if block.iter().fold(false, |found, byte| found | (*byte == b'\n')) {
            break;
        }
        passed += 32;
    }
    first(b'\n', bytes.get(passed..)?).map(|found| passed + found)
}

/// Where a byte is first, eight bytes at a time
#[inline(always)]
fn first(wanted: u8, bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut passed = 0;
    for word in words {
        let found = equal(u64::from_le_bytes(*word), wanted);
        if found != 0 {
            return Some(passed + found.trailing_zeros() as usize / 8);
        }
        passed += 8;
    }
    rest.iter().position(|byte| *byte == wanted).map(|found| passed + found)
}

/// RFC 9112 §3.2: visible ASCII without `#`, eight bytes at a time
#[inline(always)]
fn is_target(bytes: &[u8]) -> bool {
    let is_word_sound = |word| (below(word, b'!') | equal(word, b'#') | equal(word, 0x7f) | word) & HIGH == 0;
    all(bytes, is_word_sound, |byte| byte.is_ascii_graphic() && byte != b'#')
}

/// The value of a line whose name is `name` (in lower case), without the blanks around it
#[inline]
fn value_of<'l, const N: usize>(line: &'l [u8], name: &[u8; N]) -> Option<&'l [u8]> {
    let (found, rest) = line.split_first_chunk::<N>()?;
    let (b':', value) = rest.split_first()? else { return None };
    // The bit that makes a letter small is set in `-`, too.
    let differ = found.iter().zip(name).fold(0, |differ, (found, name)| differ | (found | 0x20) ^ name);
    (differ == 0).then(|| value.trim_ascii())
}

/// RFC 3986 §3.2.2, without what a `Host` may not have (user information) and what no name has (escapes)
fn is_host(value: &[u8]) -> bool {
    let all = |bytes: &[u8]| bytes.iter().fold(true, |all, byte| all & IN_HOST[usize::from(*byte)]);
    let (words, rest) = value.as_chunks::<8>();
    !value.is_empty() && value.len() <= 512 && words.iter().all(|word| all(word)) && all(rest)
}

/// With which bytes the names begin that matter, and a line that goes on from the one before
static MATTERS: [bool; 256] = {
    let mut matters = [false; 256];
    let first = b"hHcCtTuUxX \t";
    let mut index = 0;
    while index < first.len() {
        matters[first[index] as usize] = true;
        index += 1;
    }
    matters
};

/// Which bytes may stand in a host; a look-up costs less than the comparisons
static IN_HOST: [bool; 256] = {
    let mut classes = [false; 256];
    let mut byte = 0_u8;
    while byte < 127 {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']' | b'~') {
            classes[byte as usize] = true;
        }
        byte += 1;
    }
    classes
};

#[cfg(test)]
mod tests {
    use super::is_target;

    #[test]
    fn eight_bytes_at_a_time_are_judged_as_one() {
        for byte in 0..=u8::MAX {
            for place in 0..12 {
                let mut target = *b"/abcdefghijk";
                target[place] = byte;
                assert_eq!(is_target(&target), byte.is_ascii_graphic() && byte != b'#', "{byte:#04x} at {place}");
            }
        }
    }
}
