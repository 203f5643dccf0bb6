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
        while let Some(found) = message.get(self.searched..).and_then(|rest| first(b'\n', rest)) {
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
        let blank = first(b' ', &line[..version]).ok_or(Refusal::RequestLine)?;
        let (method, target) = (&line[..blank], &line[blank + 1..version]);
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

/// Where a byte is first, eight bytes at a time
///
/// Lines are short: calling `memchr` for each costs more than it saves.
#[inline]
fn first(wanted: u8, bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let zeros = zeros(u64::from_le_bytes(*word) ^ (EACH * u64::from(wanted)));
        if zeros != 0 {
            return Some(index * 8 + zeros.trailing_zeros() as usize / 8);
        }
    }
    rest.iter().position(|byte| *byte == wanted).map(|at| words.len() * 8 + at)
}

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The highest bit of each byte that is zero; of those above the first one it may be set as well
#[inline]
fn zeros(word: u64) -> u64 {
    // A byte that is zero borrows from the bit above it.
    word.wrapping_sub(EACH) & !word & HIGH
}

/// RFC 9112 §3.2: visible ASCII without `#`, eight bytes at a time
#[inline]
fn is_target(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    let is_sound = |word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        let below = word.wrapping_sub(EACH * u64::from(b'!')) & !word;
        let wrong = zeros(word ^ (EACH * u64::from(b'#'))) | zeros(word ^ (EACH * 0x7f));
        (below | word | wrong) & HIGH == 0
    };
    words.iter().all(is_sound) && rest.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'#')
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
