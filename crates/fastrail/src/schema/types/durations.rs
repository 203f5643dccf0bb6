//! `IsoDuration`: `"PT1H30M"`, RFC 3339 appendix A, which is what `format: duration` means.
//!
//! A day has 24 hours here, a month 30 days and a year 365, as in pydantic. The format knows no sign and no fraction.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::diagnose_string;
use super::strings::deserialize_text;
use crate::schema::{Class, Diagnosis, Generator, Issue, JsonSchema, Rules, Scalar, Schema};

const PATTERN: &str = "^P([0-9]{1,9}W|([0-9]{1,9}Y)?([0-9]{1,9}M)?([0-9]{1,9}D)?\
                       (T([0-9]{1,9}H)?([0-9]{1,9}M)?([0-9]{1,9}S)?)?)$";

/// A span of time that is written `PT1H30M`
///
/// ```
/// use std::time::Duration;
/// use fastrail::schema::IsoDuration;
///
/// let ttl: IsoDuration = serde_json::from_str(r#""P1DT30M""#).unwrap();
/// assert_eq!(*ttl, Duration::from_secs(24 * 3600 + 1800));
/// assert_eq!(serde_json::to_string(&ttl).unwrap(), r#""PT24H30M""#);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IsoDuration(pub Duration);

impl From<Duration> for IsoDuration {
    fn from(duration: Duration) -> Self {
        Self(duration)
    }
}

impl From<IsoDuration> for Duration {
    fn from(duration: IsoDuration) -> Self {
        duration.0
    }
}

impl Deref for IsoDuration {
    type Target = Duration;

    fn deref(&self) -> &Duration {
        &self.0
    }
}

/// Whole seconds: the format has no fraction
impl fmt::Display for IsoDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        f.write_str("PT")?;
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 || (hours > 0 && rest > 0) {
            write!(f, "{minutes}M")?;
        }
        if rest > 0 || seconds == 0 {
            write!(f, "{rest}S")?;
        }
        Ok(())
    }
}

impl Serialize for IsoDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for IsoDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_text(deserializer, "a duration")
    }
}

/// Reads figures with units out of `units`, each at most once, in order and without a gap
fn read(mut text: &str, units: &[(char, u64)], places: &mut Vec<usize>) -> Result<u64, &'static str> {
    let mut seconds = 0_u64;
    while !text.is_empty() {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return Err("invalid digit in duration");
        }
        if digits > 9 {
            return Err("a figure has at most 9 digits");
        }
        let (figure, rest) = text.split_at(digits);
        let Some(unit) = rest.chars().next() else { return Err("input is too short") };
        let Some(place) = units.iter().position(|(name, _)| *name == unit) else {
            return Err("expected unit character");
        };
        if places.last().is_some_and(|last| place != last + 1) {
            return Err("the units must follow each other without a gap");
        }
        places.push(place);
        seconds += figure.parse::<u64>().unwrap_or_default() * units[place].1;
        text = &rest[unit.len_utf8()..];
    }
    Ok(seconds)
}

fn parse(text: &str) -> Result<Duration, &'static str> {
    const DAY: u64 = 24 * 3600;
    const DATE: [(char, u64); 3] = [('Y', 365 * DAY), ('M', 30 * DAY), ('D', DAY)];
    const TIME: [(char, u64); 3] = [('H', 3600), ('M', 60), ('S', 1)];
    const WEEK: [(char, u64); 1] = [('W', 7 * DAY)];
    let text = text.strip_prefix('P').ok_or("durations begin with P")?;
    if text.is_empty() || text.ends_with('T') {
        return Err("input is too short");
    }
    if text.ends_with('W') {
        return read(text, &WEEK, &mut Vec::new()).map(Duration::from_secs);
    }
    let (date, time) = text.split_once('T').unwrap_or((text, ""));
    let seconds = read(date, &DATE, &mut Vec::new())? + read(time, &TIME, &mut Vec::new())?;
    Ok(Duration::from_secs(seconds))
}

impl Schema for IsoDuration {
    const CLASS: Class = Class::Plain;

    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Duration")
    }

    fn schema(_: &Rules, generator: &mut Generator) -> JsonSchema {
        let duration = JsonSchema::of("string").with("format", "duration");
        generator.worded(duration.clone().with("pattern", PATTERN), duration)
    }

    #[inline]
    fn check(&self, _: &Rules) -> bool {
        true
    }

    fn diagnose(value: &Value, _: &Rules, diagnosis: &mut Diagnosis) {
        let wrong_type = || Issue::new("time_delta_type", "Input should be a valid timedelta");
        diagnose_string::<Self>(value, diagnosis, wrong_type, |text| <Self as Scalar>::parse(text).map(drop));
    }
}

impl Scalar for IsoDuration {
    fn parse(text: &str) -> Result<Self, Issue> {
        parse(text).map(Self).map_err(|reason| {
            Issue::new("time_delta_parsing", format!("Input should be a valid timedelta, {reason}"))
                .with("error", reason)
        })
    }
}
