//! `bool`: `true` and `false` in JSON; in text the words that pydantic knows, in any case.

use serde_json::Value;

use crate::schema::{Class, Diagnosis, Generator, Issue, JsonSchema, Mode, Rules, Scalar, Schema};

const TRUE: [&str; 6] = ["true", "1", "on", "yes", "t", "y"];
const FALSE: [&str; 6] = ["false", "0", "off", "no", "f", "n"];

/// Reads a bool word
pub(crate) fn parse_bool(text: &str) -> Result<bool, Issue> {
    if TRUE.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        Ok(true)
    } else if FALSE.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        Ok(false)
    } else {
        Err(Issue::new("bool_parsing", "Input should be a valid boolean, unable to interpret input"))
    }
}

impl Schema for bool {
    const CLASS: Class = Class::Plain;

    fn schema(_: &Rules, _: &mut Generator) -> JsonSchema {
        JsonSchema::of("boolean")
    }

    #[inline]
    fn check(&self, _: &Rules) -> bool {
        true
    }

    fn diagnose(value: &Value, _: &Rules, diagnosis: &mut Diagnosis) {
        let no_boolean = || Issue::new("bool_type", "Input should be a valid boolean");
        let value = diagnosis.scalar(value);
        let issue = match value {
            Value::Bool(_) => None,
            Value::String(text) if diagnosis.mode() == Mode::Text => parse_bool(text).err(),
            Value::String(text) => Some(parse_bool(text).err().unwrap_or_else(no_boolean)),
            _ => Some(no_boolean()),
        };
        if let Some(issue) = issue {
            diagnosis.report::<Self>(issue, value);
        }
    }
}

impl Scalar for bool {
    fn parse(text: &str) -> Result<Self, Issue> {
        parse_bool(text)
    }
}
