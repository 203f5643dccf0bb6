//! A chunked body, followed from chunk to chunk (RFC 9112 §7.1).
//!
//! Stricter than the grammar: no blanks around a size, no line end but CR LF, and no more than 16 KiB of extensions and
//! trailers in one body.

use super::Refusal;

/// The most bytes of extensions and trailers in one body: nobody uses them but to make work
const MAX_OVERHEAD: u16 = 16 * 1024;

/// Where in a chunked body we are
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chunked {
    state: State,
    overhead: u16,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Size { size: u64, digits: u8 },
    Extension { size: u64 },
    SizeEnd { size: u64 },
    Data { left: u64 },
    DataReturn,
    DataEnd,
    TrailerStart,
    Trailer,
    TrailerEnd,
    LastEnd,
}

impl Default for Chunked {
    fn default() -> Self {
        Self { state: State::Size { size: 0, digits: 0 }, overhead: 0 }
    }
}

impl Chunked {
    /// Reads on; answers how many of the bytes belong to the body, and whether it ends with them
    ///
    /// # Errors
    /// [`Refusal::Chunk`], when this is no chunked body.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> Result<(usize, bool), Refusal> {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if let State::Data { left } = self.state {
                let taken = left.min((bytes.len() - at) as u64);
                at += taken as usize;
                self.state = if taken == left { State::DataReturn } else { State::Data { left: left - taken } };
                continue;
            }
            at += 1;
            if matches!((self.state, byte), (State::LastEnd, b'\n')) {
                return Ok((at, true));
            }
            self.state = self.step(byte).ok_or(Refusal::Chunk)?;
        }
        Ok((at, false))
    }

    fn step(&mut self, byte: u8) -> Option<State> {
        Some(match (self.state, byte) {
            (State::Size { size, digits }, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                let digit = char::from(byte).to_digit(16)?;
                if digits >= 15 {
                    return None;
                }
                State::Size { size: size << 4 | u64::from(digit), digits: digits + 1 }
            }
            (State::Size { digits: 0, .. }, _) => return None,
            (State::Size { size, .. } | State::Extension { size }, b'\r') => State::SizeEnd { size },
            (State::Size { size, .. }, b';') => State::Extension { size },
            (State::Extension { size }, byte) if is_text(byte) => {
                self.count()?;
                State::Extension { size }
            }
            (State::SizeEnd { size: 0 }, b'\n') => State::TrailerStart,
            (State::SizeEnd { size }, b'\n') => State::Data { left: size },
            (State::DataReturn, b'\r') => State::DataEnd,
            (State::DataEnd, b'\n') => State::Size { size: 0, digits: 0 },
            (State::TrailerStart, b'\r') => State::LastEnd,
            (State::TrailerStart, byte) if byte.is_ascii_graphic() && byte != b':' => {
                self.count()?;
                State::Trailer
            }
            (State::Trailer, b'\r') => State::TrailerEnd,
            (State::Trailer, byte) if is_text(byte) => {
                self.count()?;
                State::Trailer
            }
            (State::TrailerEnd, b'\n') => State::TrailerStart,
            _ => return None,
        })
    }

    fn count(&mut self) -> Option<()> {
        self.overhead += 1;
        (self.overhead <= MAX_OVERHEAD).then_some(())
    }
}

/// RFC 9110 §5.5: visible characters, blanks, and what is beyond ASCII
fn is_text(byte: u8) -> bool {
    byte == b'\t' || byte >= b' ' && byte != 0x7f
}
