//! UUIDs in their hyphenated form, which is what `format: uuid` means (RFC 9562 §4).

use serde_json::Value;
use uuid::Uuid;

use super::diagnose_string;
use crate::schema::{Class, Diagnosis, Generator, Issue, JsonSchema, Rules, Scalar, Schema};

/// Whether the text is a UUID as the document shows it; the `uuid` crate reads braces, URNs and plain hex too
pub(crate) fn is_hyphenated(text: &str) -> bool {
    text.len() == 36
}

fn unparsable(reason: &str) -> Issue {
    Issue::new("uuid_parsing", format!("Input should be a valid UUID, {reason}")).with("error", reason)
}

fn uuid_type() -> Issue {
    Issue::new("uuid_type", "UUID input should be a string, bytes or UUID object")
}

impl Schema for Uuid {
    const CLASS: Class = Class::Plain;

    fn schema(_: &Rules, _: &mut Generator) -> JsonSchema {
        JsonSchema::of("string").with("format", "uuid")
    }

    #[inline]
    fn check(&self, _: &Rules) -> bool {
        true
    }

    fn diagnose(value: &Value, _: &Rules, diagnosis: &mut Diagnosis) {
        diagnose_string::<Self>(value, diagnosis, uuid_type, |text| Self::parse(text).map(drop));
    }
}

impl Scalar for Uuid {
    fn parse(text: &str) -> Result<Self, Issue> {
        let uuid = Self::parse_str(text).map_err(|error| unparsable(&error.to_string()))?;
        if is_hyphenated(text) { Ok(uuid) } else { Err(unparsable("expected the form with hyphens")) }
    }
}
