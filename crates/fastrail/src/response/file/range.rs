//! `Range: bytes=…` (RFC 9110 §14.2).

use http::HeaderValue;

/// Which part of a file is asked for
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// All of it: no range, one that is none, or several (which the RFC lets a server ignore; a client could ask for
    /// the same bytes a thousand times)
    Whole,
    /// From `start` up to and without `end`
    Part { start: u64, end: u64 },
    /// Nothing of it is there: 416
    Unsatisfiable,
}

/// The range that a header asks for, of a file with `len` bytes
pub(super) fn parse(header: Option<&HeaderValue>, len: u64) -> Range {
    let Some(text) = header.and_then(|value| value.to_str().ok()) else { return Range::Whole };
    let Some((unit, range)) = text.split_once('=') else { return Range::Whole };
    let Some((first, last)) = range.trim().split_once('-') else { return Range::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Range::Whole;
    }
    match (number(first), number(last)) {
        (Number::Is(start), Number::Is(last)) if last < start => Range::Whole,
        (Number::Is(start), last) => {
            let end = match last {
                Number::Is(last) => last.saturating_add(1).min(len),
                Number::Absent => len,
                Number::Wrong => return Range::Whole,
            };
            if start < len { Range::Part { start, end } } else { Range::Unsatisfiable }
        }
        (Number::Absent, Number::Is(0)) => Range::Unsatisfiable,
        (Number::Absent, Number::Is(_)) if len == 0 => Range::Unsatisfiable,
        (Number::Absent, Number::Is(suffix)) => Range::Part { start: len.saturating_sub(suffix), end: len },
        _ => Range::Whole,
    }
}

enum Number {
    Is(u64),
    Absent,
    Wrong,
}

/// Digits only: no sign, no space. More than fits is as good as the largest number
fn number(text: &str) -> Number {
    if text.is_empty() {
        Number::Absent
    } else if text.bytes().all(|byte| byte.is_ascii_digit()) {
        Number::Is(text.parse().unwrap_or(u64::MAX))
    } else {
        Number::Wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, len: u64) -> Range {
        parse(Some(&HeaderValue::from_str(text).expect("a header")), len)
    }

    #[test]
    fn one_range_is_cut_to_what_is_there() {
        for (text, start, end) in [
            ("bytes=0-0", 0, 1),
            ("bytes=2-5", 2, 6),
            ("bytes=2-", 2, 10),
            ("bytes=-3", 7, 10),
            ("bytes=-100", 0, 10),
            ("Bytes = 8-99999999999999999999999", 8, 10),
        ] {
            assert_eq!(of(text, 10), Range::Part { start, end }, "{text}");
        }
    }

    #[test]
    fn what_is_beyond_the_end_cannot_be_had() {
        for (text, len) in [("bytes=10-", 10), ("bytes=10-11", 10), ("bytes=-0", 10), ("bytes=0-", 0), ("bytes=-1", 0)]
        {
            assert_eq!(of(text, len), Range::Unsatisfiable, "{text}");
        }
    }

    #[test]
    fn nonsense_and_several_ranges_are_ignored() {
        for text in
            ["bytes=5-2", "bytes=a-b", "bytes=-", "bytes=1", "bytes", "items=0-1", "bytes=0-1,3-4", "bytes=+1-2", ""]
        {
            assert_eq!(of(text, 10), Range::Whole, "{text}");
        }
    }
}
