//! Lengths of time with their unit: `500ms`, `3s`, `15m`, `12h`, `30d`.

use std::time::Duration;

use super::reader::Reader;

/// Reads a length of time. A number without a unit is refused: nobody remembers which it was.
pub(super) fn parse_duration(text: &str) -> Result<Duration, String> {
    let expected = || format!("should be a time with its unit, such as 15m or 30d, and is '{text}'");
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| expected())?;
    let seconds = match unit {
        "ms" => return Ok(Duration::from_millis(number)),
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err(expected()),
    };
    let seconds = number.checked_mul(seconds).ok_or_else(expected)?;
    Ok(Duration::from_secs(seconds))
}

/// The length of time between two bounds, or the default; all are written as in the environment.
pub(super) fn duration(
    reader: &mut Reader,
    name: &'static str,
    default: Duration,
    (least, most): (&str, &str),
) -> Duration {
    reader.parse(name, default, |text| {
        let value = parse_duration(text)?;
        if value < parse_duration(least)? || value > parse_duration(most)? {
            return Err(format!("should be from {least} to {most}, and is '{text}'"));
        }
        Ok(value)
    })
}
