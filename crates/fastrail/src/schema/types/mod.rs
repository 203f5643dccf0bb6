//! The built-in types: what each accepts in JSON and in text, one family a file.
//!
//! For each of them three things say the same: the document, what the strict deserializer and `check` let pass, and
//! what `diagnose` reports. Where a type's own `Deserialize` reads more than its schema says (a UUID without hyphens, a
//! decimal as a JSON number), `grammar` narrows it.

mod addresses;
mod any;
mod arrays;
mod base64;
mod boolean;
mod dates;
mod decimal;
mod durations;
mod email;
mod floats;
mod integers;
mod lax;
mod lists;
mod maps;
mod optional;
mod patch;
mod secret;
mod sets;
mod strings;
mod urls;
mod uuids;

pub(super) use boolean::parse_bool;
pub(super) use floats::parse_float;
pub(super) use integers::parse_integer;

pub use base64::Base64Bytes;
pub(super) use dates::{is_date, is_date_time, is_local_date_time, is_local_time};
pub(super) use decimal::is_decimal;
pub use durations::IsoDuration;
pub use email::{Email, InvalidEmail};
pub use lax::Lax;
pub use patch::Patch;
pub use urls::{HttpUrl, InvalidHttpUrl};
pub(super) use uuids::is_hyphenated;

use serde_json::Value;

use super::{Diagnosis, Issue, Rules, Schema};

/// Diagnoses a type that is written as a string: anything else is `wrong_type`, and `parse` says what is wrong inside
fn diagnose_string<T: Schema>(
    value: &Value,
    diagnosis: &mut Diagnosis,
    wrong_type: impl FnOnce() -> Issue,
    parse: impl FnOnce(&str) -> Result<(), Issue>,
) {
    let value = diagnosis.scalar(value);
    let issue = match value {
        Value::String(text) => parse(text).err(),
        _ => Some(wrong_type()),
    };
    if let Some(issue) = issue {
        diagnosis.report::<T>(issue, value);
    }
}

/// The string rules on a text that has been parsed
fn text_rules(rules: &Rules, text: &str) -> Result<(), Issue> {
    rules.text_issue(&rules.sanitize.apply(text)).map_or(Ok(()), Err)
}
