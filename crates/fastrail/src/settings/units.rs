//! Texts with units: lengths of time and sizes.

use std::fmt;
use std::time::Duration;

const DAY: u64 = 24 * 60 * 60;

/// The units of time, the longest first
const TIMES: [(&str, u64); 4] = [("d", DAY), ("h", 60 * 60), ("m", 60), ("s", 1)];

/// The units of size, the largest first
const SIZES: [(&str, u64); 7] = [
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("kB", 1_000),
    ("B", 1),
];

/// A size in bytes, written `512`, `64KiB`, `10MB`, `1GiB`: `K` is 1,000 bytes, `Ki` 1,024
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSize(u64);

impl ByteSize {
    /// So many bytes
    #[must_use]
    pub const fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    /// The number of bytes
    #[must_use]
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// The number of bytes as sizes in memory are counted; at most `usize::MAX`
    #[must_use]
    pub fn to_usize(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// Reads a size; units count in any case of letters
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (number, unit) = split(text)?;
        if unit.is_empty() {
            return Some(Self(number));
        }
        let (_, bytes) = SIZES.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
        number.checked_mul(*bytes).map(Self)
    }
}

/// As it is read: the largest unit that has it whole
impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = SIZES.iter().filter(|(_, bytes)| self.0 >= *bytes && self.0.is_multiple_of(*bytes));
        // 1,024,000 is 1024kB and 1000KiB: the shorter number is the one that was meant.
        match whole.min_by_key(|(_, bytes)| self.0 / bytes) {
            Some((unit, bytes)) => write!(f, "{}{unit}", self.0 / bytes),
            None => write!(f, "{}B", self.0),
        }
    }
}

/// Reads a length of time. A number without a unit is refused: nobody remembers which it was
pub(super) fn parse_duration(text: &str) -> Option<Duration> {
    let (number, unit) = split(text)?;
    if unit == "ms" {
        return Some(Duration::from_millis(number));
    }
    let (_, seconds) = TIMES.iter().find(|(name, _)| *name == unit)?;
    number.checked_mul(*seconds).map(Duration::from_secs)
}

/// As it is read: the longest unit that has it whole
pub(super) fn show_duration(time: Duration) -> String {
    if time.subsec_nanos() > 0 {
        return format!("{}ms", time.as_millis());
    }
    let seconds = time.as_secs();
    let whole = TIMES.iter().find(|(_, unit)| seconds >= *unit && seconds.is_multiple_of(*unit));
    whole.map_or_else(|| "0s".to_owned(), |(name, unit)| format!("{}{name}", seconds / unit))
}

/// A number and what follows it
fn split(text: &str) -> Option<(u64, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    Some((number.parse().ok()?, unit))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn units_are_read_and_a_time_without_one_is_refused() {
        let times = ["500ms", "3s", "15m", "12h", "30d", "0s"];
        assert_eq!(times.map(|text| show_duration(parse_duration(text).expect(text))), times);
        for wrong in ["15", "", "m", "-1s", "1.5h", "1 h", "1H", "20000000000000000000s", "999999999999999999d"] {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
        let sizes =
            [("512", 512), ("64KiB", 65_536), ("10mb", 10_000_000), ("1GiB", 1 << 30), ("7B", 7), ("2kb", 2_000)];
        for (text, bytes) in sizes {
            assert_eq!(ByteSize::parse(text), Some(ByteSize(bytes)), "{text}");
        }
        for wrong in ["", "MB", "1.5MB", "1 MB", "1TB", "99999999999GiB", "-1"] {
            assert_eq!(ByteSize::parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(seconds in 0..u64::MAX / 2_000, bytes: u64) {
            for time in [Duration::from_secs(seconds), Duration::from_millis(seconds)] {
                prop_assert_eq!(parse_duration(&show_duration(time)), Some(time));
            }
            prop_assert_eq!(ByteSize::parse(&ByteSize(bytes).to_string()), Some(ByteSize(bytes)));
        }
    }
}
