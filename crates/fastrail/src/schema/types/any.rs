//! `serde_json::Value`: anything at all, but for NUL in a text.

use std::borrow::Cow;

use serde_json::Value;

use crate::schema::{Class, Diagnosis, Generator, JsonSchema, Rules, Schema};

impl Schema for Value {
    const CLASS: Class = Class::Any;

    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Any")
    }

    fn schema(_: &Rules, _: &mut Generator) -> JsonSchema {
        JsonSchema::any()
    }

    #[inline]
    fn check(&self, _: &Rules) -> bool {
        match self {
            Self::String(text) => !text.as_bytes().contains(&0),
            Self::Array(items) => items.iter().all(|item| item.check(&Rules::NONE)),
            Self::Object(fields) => {
                fields.iter().all(|(key, field)| !key.as_bytes().contains(&0) && field.check(&Rules::NONE))
            }
            _ => true,
        }
    }

    fn diagnose(value: &Value, _: &Rules, diagnosis: &mut Diagnosis) {
        match value {
            Self::String(text) => {
                if let Some(issue) = Rules::NONE.text_issue(text) {
                    diagnosis.report::<Self>(issue, value);
                }
            }
            Self::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    diagnosis.at(index, |diagnosis| Self::diagnose(item, &Rules::NONE, diagnosis));
                }
            }
            Self::Object(fields) => {
                for (key, field) in fields {
                    diagnosis.at(key.clone(), |diagnosis| {
                        if let Some(issue) = Rules::NONE.text_issue(key) {
                            diagnosis
                                .at("[key]", |diagnosis| diagnosis.report::<Self>(issue, &Value::from(key.as_str())));
                        }
                        Self::diagnose(field, &Rules::NONE, diagnosis);
                    });
                }
            }
            _ => {}
        }
    }
}
