//! Dates and times: `date` and `date-time` are RFC 3339's, times without an offset are `time-local` and
//! `date-time-local` of the OpenAPI format registry.
//!
//! chrono's `FromStr`, which its serde code uses, also takes unpadded figures and stray spaces: those are refused here.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use serde_json::Value;

use super::diagnose_string;
use crate::schema::rfc3339::{self, Fault};
use crate::schema::{Class, Diagnosis, Generator, Issue, JsonSchema, Rules, Scalar, Schema};

pub(crate) fn is_date(text: &str) -> bool {
    rfc3339::date(text).is_ok()
}

pub(crate) fn is_local_time(text: &str) -> bool {
    rfc3339::time(text).is_ok()
}

pub(crate) fn is_local_date_time(text: &str) -> bool {
    rfc3339::local_date_time(text).is_ok()
}

pub(crate) fn is_date_time(text: &str) -> bool {
    rfc3339::date_time(text).is_ok()
}

fn date_issue(reason: &str) -> Issue {
    Issue::new("date_from_datetime_parsing", format!("Input should be a valid date or datetime, {reason}"))
        .with("error", reason)
}

fn time_issue(reason: &str) -> Issue {
    Issue::new("time_parsing", format!("Input should be in a valid time format, {reason}")).with("error", reason)
}

fn date_time_issue(reason: &str) -> Issue {
    Issue::new("datetime_from_date_parsing", format!("Input should be a valid datetime or date, {reason}"))
        .with("error", reason)
}

fn fault_issue(fault: Fault, reason_issue: fn(&str) -> Issue) -> Issue {
    match fault {
        Fault::Malformed(reason) => reason_issue(reason),
        Fault::NoOffset => Issue::new("timezone_aware", "Input should have timezone info"),
        Fault::Offset => Issue::new("timezone_naive", "Input should not have timezone info"),
    }
}

/// Where the grammar is kept and chrono still says no, which is a date or time that it cannot hold
const UNHELD: &str = "the value cannot be represented";

const TIME_PATTERN: &str = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?$";

macro_rules! moments {
    ($($type:ty as $format:literal, $kind:literal $message:literal, $grammar:path, $issue:path, $schema:expr;)*) => {$(
        impl Schema for $type {
            const CLASS: Class = Class::Plain;

            fn schema(_: &Rules, generator: &mut Generator) -> JsonSchema {
                generator.worded($schema, JsonSchema::of("string").with("format", $format))
            }

            #[inline]
            fn check(&self, _: &Rules) -> bool {
                true
            }

            fn diagnose(value: &Value, _: &Rules, diagnosis: &mut Diagnosis) {
                let wrong_type = || Issue::new($kind, $message);
                diagnose_string::<Self>(value, diagnosis, wrong_type, |text| Self::parse(text).map(drop));
            }
        }

        impl Scalar for $type {
            fn parse(text: &str) -> Result<Self, Issue> {
                $grammar(text).map_err(|fault| fault_issue(fault, $issue))?;
                text.parse().map_err(|_| $issue(UNHELD))
            }
        }
    )*};
}

moments! {
    NaiveDate as "date", "date_type" "Input should be a valid date", rfc3339::date, date_issue,
        JsonSchema::of("string").with("format", "date");
    NaiveTime as "time", "time_type" "Input should be a valid time", rfc3339::time, time_issue,
        JsonSchema::of("string").with("format", "time-local").with("pattern", format!("^{TIME_PATTERN}"));
    NaiveDateTime as "date-time", "datetime_type" "Input should be a valid datetime", rfc3339::local_date_time, date_time_issue,
        JsonSchema::of("string")
            .with("format", "date-time-local")
            .with("pattern", format!("^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{TIME_PATTERN}"));
    DateTime<Utc> as "date-time", "datetime_type" "Input should be a valid datetime", rfc3339::date_time, date_time_issue,
        JsonSchema::of("string").with("format", "date-time");
    DateTime<FixedOffset> as "date-time", "datetime_type" "Input should be a valid datetime", rfc3339::date_time, date_time_issue,
        JsonSchema::of("string").with("format", "date-time");
}
