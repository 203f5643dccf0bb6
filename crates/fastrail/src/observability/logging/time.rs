//! The time of a line: RFC 3339 in UTC, with microseconds.

use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::DateTime;

use super::values::Line;

thread_local! {
    /// The last second, and how it is written: most lines share theirs
    static SECOND: Cell<(i64, [u8; 19])> = const { Cell::new((i64::MIN, [0; 19])) };
}

/// Appends the present time: `2026-11-21T15:04:05.123456Z`
pub(super) fn write_now(line: &mut Line) {
    let since_1970 = since_1970();
    let seconds = i64::try_from(since_1970.as_secs()).unwrap_or_default();
    let (mut known, mut text) = SECOND.get();
    if known != seconds {
        let date = DateTime::from_timestamp(seconds, 0).unwrap_or_default().format("%Y-%m-%dT%H:%M:%S").to_string();
        if let Ok(fits) = <[u8; 19]>::try_from(date.as_bytes()) {
            (known, text) = (seconds, fits);
            SECOND.set((known, text));
        }
    }
    line.push_bytes(&text);
    let mut micros = since_1970.subsec_micros();
    let mut digits = *b".000000Z";
    for digit in digits[1..7].iter_mut().rev() {
        *digit += (micros % 10) as u8;
        micros /= 10;
    }
    line.push_bytes(&digits);
}

/// The day, counted from 1970 in UTC
pub(super) fn today() -> u64 {
    since_1970().as_secs() / (24 * 60 * 60)
}

fn since_1970() -> std::time::Duration {
    #[expect(clippy::disallowed_methods, reason = "a line tells when it was really written, also in tests")]
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_rfc_3339_and_now() {
        let mut line = Line::default();
        write_now(&mut line);
        let line = String::from_utf8(line.as_bytes().to_vec()).unwrap();
        assert_eq!(line.len(), "2026-11-21T15:04:05.123456Z".len());
        let time = DateTime::parse_from_rfc3339(&line).unwrap().timestamp();
        let now = i64::try_from(since_1970().as_secs()).unwrap();
        assert!((now - 5..=now).contains(&time), "{line} at {now}");
        assert_eq!(today(), u64::try_from(now).unwrap() / 86_400);
    }
}
