//! `SecretString`: a password or key that no log, no error and no `Debug` shows.

use std::borrow::Cow;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::strings::string_type;
use super::{diagnose_string, text_rules};
use crate::schema::echo::MASK;
use crate::schema::{Accepts, Class, Diagnosis, Generator, Issue, JsonSchema, Rules, Scalar, Schema};

impl Schema for SecretString {
    const CLASS: Class = Class::Text;
    const ACCEPTS: Accepts = Accepts::TEXT.and(Accepts::SANITIZE).and(Accepts::LOWERCASE);

    #[inline]
    fn sanitize(&mut self, rules: &Rules) {
        if let Some(text) = rules.sanitize.changed(self.expose_secret()) {
            *self = Self::from(text);
        }
    }

    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Secret")
    }

    fn schema(rules: &Rules, _: &mut Generator) -> JsonSchema {
        rules.text_keywords(JsonSchema::of("string").with("format", "password").with("writeOnly", true))
    }

    #[inline]
    fn check(&self, rules: &Rules) -> bool {
        rules.allow_text(self.expose_secret())
    }

    fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
        diagnose_string::<Self>(value, diagnosis, string_type, |text| text_rules(rules, text));
    }

    fn redact(value: &mut Value) {
        if !value.is_null() {
            *value = MASK.into();
        }
    }

    fn holds_secret(_: &mut Vec<&'static str>) -> bool {
        true
    }
}

impl Scalar for SecretString {
    fn parse(text: &str) -> Result<Self, Issue> {
        Ok(Self::from(text))
    }
}
