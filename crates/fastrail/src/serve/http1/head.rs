//! The head of one message: request line and fields, read line by line as the bytes come.
//!
//! It checks what decides where a message ends and whom it is for, and leaves to hyper what every parser agrees on (the
//! characters of names and values). It looks for line ends with `memchr`, and at a line's first byte before its name.

use memchr::memchr;

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
        loop {
            let Some(found) = message.get(self.searched..).and_then(|rest| memchr(b'\n', rest)) else {
                self.searched = message.len();
                return self.incomplete(message, limits);
            };
            let end = self.searched + found;
            if end == 0 || message[end - 1] != b'\r' || end == self.line {
                return Err(Refusal::BareLineFeed);
            }
            let line = &message[self.line..end - 1];
            if end >= limits.max_head {
                return Err(if self.has_request_line { Refusal::HeadTooLarge } else { Refusal::TargetTooLong });
            }
            self.line = end + 1;
            self.searched = end + 1;
            if !self.has_request_line {
                self.first_line(line, limits)?;
            } else if line.is_empty() {
                return self.complete(end + 1).map(Some);
            } else {
                self.field(line, limits)?;
            }
        }
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
        let blank = memchr(b' ', &line[..version]).ok_or(Refusal::RequestLine)?;
        let (method, target) = (&line[..blank], &line[blank + 1..version]);
        if method.is_empty() || target.is_empty() {
            return Err(Refusal::RequestLine);
        }
        if target.len() > limits.max_target {
            return Err(Refusal::TargetTooLong);
        }
        if !target.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'#') {
            return Err(Refusal::Target);
        }
        self.upgrade = method == b"CONNECT";
        self.has_request_line = true;
        Ok(())
    }

    fn field(&mut self, line: &[u8], limits: &HeadLimits) -> Result<(), Refusal> {
        self.fields += 1;
        if self.fields > limits.max_fields {
            return Err(Refusal::TooManyFields);
        }
        match line[0] | 0x20 {
            // Also a tab, which becomes `)`, and a colon, which stays: see below.
            b'h' => match value_of(line, b"host") {
                Some(value) => self.host(value),
                None => has_colon(line),
            },
            b'c' => match value_of(line, b"content-length") {
                Some(value) => self.content_length(value),
                None => has_colon(line),
            },
            b't' => match value_of(line, b"transfer-encoding") {
                Some(value) => self.transfer_encoding(value),
                None => has_colon(line),
            },
            b'u' => {
                self.upgrade |= value_of(line, b"upgrade").is_some();
                has_colon(line)
            }
            _ if matches!(line[0], b' ' | b'\t') => Err(Refusal::FoldedField),
            _ => has_colon(line),
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

/// The value of a line whose name is `name` (in lower case), without the blanks around it
fn value_of<'l>(line: &'l [u8], name: &[u8]) -> Option<&'l [u8]> {
    let (found, rest) = line.split_at_checked(name.len())?;
    let (b':', value) = rest.split_first()? else { return None };
    found.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
}

fn has_colon(line: &[u8]) -> Result<(), Refusal> {
    match memchr(b':', line) {
        None | Some(0) => Err(Refusal::Field),
        Some(_) => Ok(()),
    }
}

/// RFC 3986 §3.2.2, without what a `Host` may not have (user information) and what no name has (escapes)
fn is_host(value: &[u8]) -> bool {
    let is_good =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']' | b'~');
    !value.is_empty() && value.len() <= 512 && value.iter().all(is_good)
}
