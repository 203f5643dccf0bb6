//! The grammar of RFC 3339 §5.6, with the reasons that pydantic's parser gives.

/// Why a text is no date or time
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It breaks the grammar, or a figure is out of range
    Malformed(&'static str),
    /// An offset is missing where one is needed
    NoOffset,
    /// An offset is there where none may be
    Offset,
}

use Fault::Malformed;

type Parsed<'t> = Result<&'t [u8], Fault>;

/// `full-date`
pub(super) fn date(text: &str) -> Result<(), Fault> {
    match take_date(text.as_bytes())? {
        [] => Ok(()),
        _ => Err(Malformed("unexpected extra characters at the end of the input")),
    }
}

/// `partial-time`, with up to nine digits of a second
pub(super) fn time(text: &str) -> Result<(), Fault> {
    local(take_time(text.as_bytes(), false)?)
}

/// `full-date "T" partial-time`
pub(super) fn local_date_time(text: &str) -> Result<(), Fault> {
    let rest = take_date(text.as_bytes())?;
    local(take_time(take_separator(rest, false)?, false)?)
}

/// `date-time`
pub(super) fn date_time(text: &str) -> Result<(), Fault> {
    let rest = take_date(text.as_bytes())?;
    let rest = take_time(take_separator(rest, true)?, true)?;
    match rest {
        [] => Err(Fault::NoOffset),
        [b'Z' | b'z'] => Ok(()),
        [b'+' | b'-', offset @ ..] => take_offset(offset),
        _ => Err(Malformed("invalid timezone sign")),
    }
}

fn local(rest: &[u8]) -> Result<(), Fault> {
    match rest {
        [] => Ok(()),
        [b'Z' | b'z' | b'+' | b'-', ..] => Err(Fault::Offset),
        _ => Err(Malformed("unexpected extra characters at the end of the input")),
    }
}

fn take_date(text: &[u8]) -> Parsed<'_> {
    if text.len() < 10 {
        return Err(Malformed("input is too short"));
    }
    let (date, rest) = text.split_at(10);
    let year = figure(&date[0..4], "invalid character in year")?;
    separator(date[4], b'-', "invalid date separator, expected `-`")?;
    let month = figure(&date[5..7], "invalid character in month")?;
    separator(date[7], b'-', "invalid date separator, expected `-`")?;
    let day = figure(&date[8..10], "invalid character in day")?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return Err(Malformed("month value is outside expected range of 1-12")),
    };
    if !(1..=days).contains(&day) {
        return Err(Malformed("day value is outside expected range"));
    }
    Ok(rest)
}

fn take_separator(text: &[u8], any_case: bool) -> Parsed<'_> {
    match text {
        [] => Err(Malformed("input is too short")),
        [b'T', rest @ ..] => Ok(rest),
        [b't', rest @ ..] if any_case => Ok(rest),
        _ => Err(Malformed("invalid datetime separator, expected `T`")),
    }
}

/// A leap second (`:60`) exists in RFC 3339's `date-time` only, where the offset tells whether it can be one
fn take_time(text: &[u8], leap_second: bool) -> Parsed<'_> {
    if text.len() < 8 {
        return Err(Malformed("input is too short"));
    }
    let (time, rest) = text.split_at(8);
    let hour = figure(&time[0..2], "invalid character in hour")?;
    separator(time[2], b':', "invalid time separator, expected `:`")?;
    let minute = figure(&time[3..5], "invalid character in minute")?;
    separator(time[5], b':', "invalid time separator, expected `:`")?;
    let second = figure(&time[6..8], "invalid character in second")?;
    if hour > 23 {
        return Err(Malformed("hour value is outside expected range of 0-23"));
    }
    if minute > 59 {
        return Err(Malformed("minute value is outside expected range of 0-59"));
    }
    if second > 59 + u32::from(leap_second) {
        return Err(Malformed("second value is outside expected range of 0-59"));
    }
    let [b'.', fraction @ ..] = rest else { return Ok(rest) };
    let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match digits {
        0 => Err(Malformed("second fraction is missing value")),
        1..=9 => Ok(&fraction[digits..]),
        _ if leap_second => Ok(&fraction[digits..]), // `date-time` sets no limit; chrono drops what it cannot hold
        _ => Err(Malformed("second fraction value is more than 9 digits long")),
    }
}

fn take_offset(offset: &[u8]) -> Result<(), Fault> {
    if offset.len() < 5 {
        return Err(Malformed("input is too short"));
    }
    if offset.len() > 5 {
        return Err(Malformed("unexpected extra characters at the end of the input"));
    }
    let hour = figure(&offset[0..2], "invalid timezone hour")?;
    separator(offset[2], b':', "invalid timezone separator, expected `:`")?;
    let minute = figure(&offset[3..5], "invalid timezone minute")?;
    if hour > 23 || minute > 59 {
        return Err(Malformed("timezone offset must be less than 24 hours"));
    }
    Ok(())
}

fn separator(found: u8, expected: u8, reason: &'static str) -> Result<(), Fault> {
    if found == expected { Ok(()) } else { Err(Malformed(reason)) }
}

fn figure(digits: &[u8], reason: &'static str) -> Result<u32, Fault> {
    digits.iter().try_fold(0, |value, digit| match digit {
        b'0'..=b'9' => Ok(value * 10 + u32::from(digit - b'0')),
        _ => Err(Malformed(reason)),
    })
}
