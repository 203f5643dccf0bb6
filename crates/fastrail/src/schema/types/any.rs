//! `serde_json::Value`: anything at all.

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
        true
    }

    fn diagnose(_: &Value, _: &Rules, _: &mut Diagnosis) {}
}
