//! `5/minute`: how many in how long, and how that is counted.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// How often: `5/minute`, `100/10s`, `1000/h`
///
/// A number from 1 to 1,000,000,000, a slash, and a time: `s`, `m`, `h` or `d` (also `second`, `minute`, `hour`, `day`),
/// with a number before it where it is more than one of them; at most 30 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub(super) limit: u32,
    pub(super) window: Duration,
    pub(super) algorithm: Algorithm,
}

/// How requests are counted
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// The limit in a window that slides: the whole window before the present one counts by the part that is still
    /// covered, as if its requests had been spread evenly
    #[default]
    SlidingWindow,
    /// At most the limit from one whole window to the next; twice that around the seam
    FixedWindow,
    /// As many as the limit at once, and then one each `window / limit`
    TokenBucket,
}

/// Why a text is no [`Rate`]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateError(&'static str);

impl fmt::Display for RateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for RateError {}

const MAX_LIMIT: u64 = 1_000_000_000;
const MAX_SECONDS: u64 = 30 * 24 * 60 * 60;

impl Rate {
    /// Reads a rate, when the program is compiled
    ///
    /// # Errors
    /// [`RateError`], which says what it looks like.
    pub const fn parse(text: &str) -> Result<Self, RateError> {
        let bytes = text.as_bytes();
        let (limit, at) = number(bytes, 0);
        if at == 0 || at >= bytes.len() || bytes[at] != b'/' {
            return Err(RateError("a rate is a number, a slash and a time: `5/minute`, `100/10s`"));
        }
        if limit == 0 || limit > MAX_LIMIT {
            return Err(RateError("a rate allows from 1 to 1,000,000,000 requests"));
        }
        let (count, unit) = number(bytes, at + 1);
        let count = if unit == at + 1 { 1 } else { count };
        let Some(seconds) = seconds_of(bytes, unit) else {
            return Err(RateError("the time of a rate is `s`, `m`, `h` or `d`: `5/m`, `100/10s`"));
        };
        let seconds = count.saturating_mul(seconds);
        if seconds == 0 || seconds > MAX_SECONDS {
            return Err(RateError("the time of a rate is from one second to 30 days"));
        }
        Ok(Self { limit: limit as u32, window: Duration::from_secs(seconds), algorithm: Algorithm::SlidingWindow })
    }

    /// Counts in another way than by a sliding window
    #[must_use]
    pub const fn counted_by(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// How many
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// In how long
    pub const fn window(&self) -> Duration {
        self.window
    }
}

/// As it is read: `600/minute`, `100/10s`
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
        let seconds = self.window.as_secs();
        let whole = units.into_iter().find(|(unit, _)| seconds.is_multiple_of(*unit)).unwrap_or((1, "second"));
        match (seconds / whole.0, whole.1) {
            (1, unit) => write!(f, "{}/{unit}", self.limit),
            (count, unit) => write!(f, "{}/{count}{}", self.limit, &unit[..1]),
        }
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        Self::parse(text)
    }
}

/// The digits from `at` on as a number, and where they end
const fn number(bytes: &[u8], mut at: usize) -> (u64, usize) {
    let mut number: u64 = 0;
    while at < bytes.len() && bytes[at].is_ascii_digit() {
        number = number.saturating_mul(10).saturating_add((bytes[at] - b'0') as u64);
        at += 1;
    }
    (number, at)
}

/// The unit that stands from `at` to the end
const fn seconds_of(bytes: &[u8], at: usize) -> Option<u64> {
    const UNITS: [(&[u8], u64); 8] = [
        (b"s", 1),
        (b"second", 1),
        (b"m", 60),
        (b"minute", 60),
        (b"h", 3_600),
        (b"hour", 3_600),
        (b"d", 86_400),
        (b"day", 86_400),
    ];
    let mut index = 0;
    while index < UNITS.len() {
        let (name, seconds) = UNITS[index];
        if stands(bytes, at, name) {
            return Some(seconds);
        }
        index += 1;
    }
    None
}

const fn stands(bytes: &[u8], at: usize, name: &[u8]) -> bool {
    if bytes.len() != at + name.len() {
        return false;
    }
    let mut index = 0;
    while index < name.len() {
        if bytes[at + index] != name[index] {
            return false;
        }
        index += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_and_a_time() {
        let read = |text: &str| text.parse::<Rate>().map(|rate| (rate.limit, rate.window.as_secs()));
        assert_eq!(read("5/minute"), Ok((5, 60)));
        assert_eq!(read("100/10s"), Ok((100, 10)));
        assert_eq!(read("1/30d"), Ok((1, 2_592_000)));
        assert_eq!(read("1000000000/h"), Ok((1_000_000_000, 3_600)));
    }

    #[test]
    fn anything_else_is_told_what_a_rate_is() {
        for text in ["", "5", "/m", "5/", "5/w", "5 /m", "5/m ", "-5/m", "5/mm", "ä/m"] {
            let error = text.parse::<Rate>().expect_err(text);
            assert!(error.to_string().contains("a rate") || error.to_string().contains("of a rate"), "{text}");
        }
        for text in ["0/m", "1000000001/m", "99999999999999999999999/m"] {
            assert!(text.parse::<Rate>().expect_err(text).to_string().contains("from 1 to"), "{text}");
        }
        for text in ["5/0s", "5/31d", "5/99999999999999999999d"] {
            assert!(text.parse::<Rate>().expect_err(text).to_string().contains("30 days"), "{text}");
        }
    }
}
