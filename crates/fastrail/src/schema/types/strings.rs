//! `String` and its relatives, and `char`.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::Visitor;
use serde_json::Value;

use super::{diagnose_string, text_rules};
use crate::schema::{Accepts, Class, Diagnosis, Generator, Issue, JsonSchema, Rules, Sanitize, Scalar, Schema};

/// The value is no string
pub(super) fn string_type() -> Issue {
    Issue::new("string_type", "Input should be a valid string")
}

macro_rules! strings {
    ($($type:ty),*) => {$(
        impl Schema for $type {
            const CLASS: Class = Class::Text;
            const ACCEPTS: Accepts = Accepts::TEXT.and(Accepts::SANITIZE).and(Accepts::LOWERCASE);

            #[inline]
            fn sanitize(&mut self, rules: &Rules) {
                if let Some(text) = rules.sanitize.changed(self) {
                    *self = text.into();
                }
            }

            #[inline]
            fn sanitizing(rules: &Rules) -> Sanitize {
                rules.sanitize
            }

            fn name() -> Cow<'static, str> {
                Cow::Borrowed("String")
            }

            fn schema(rules: &Rules, _: &mut Generator) -> JsonSchema {
                rules.text_keywords(JsonSchema::of("string"))
            }

            #[inline]
            fn check(&self, rules: &Rules) -> bool {
                rules.allow_text(self)
            }

            fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
                diagnose_string::<Self>(value, diagnosis, string_type, |text| text_rules(rules, text));
            }
        }

        impl Scalar for $type {
            fn parse(text: &str) -> Result<Self, Issue> {
                Ok(text.to_owned().into())
            }
        }
    )*};
}

strings!(String, Cow<'static, str>, Box<str>);

/// For answers: a client's text lives no longer than its request, so it is none that is read
impl Schema for &'static str {
    const CLASS: Class = Class::Text;
    const ACCEPTS: Accepts = Accepts::TEXT;

    fn name() -> Cow<'static, str> {
        String::name()
    }

    fn schema(rules: &Rules, generator: &mut Generator) -> JsonSchema {
        String::schema(rules, generator)
    }

    #[inline]
    fn check(&self, rules: &Rules) -> bool {
        rules.allow_text(self)
    }

    fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
        String::diagnose(value, rules, diagnosis);
    }
}

impl Schema for char {
    const CLASS: Class = Class::Plain;

    fn schema(_: &Rules, _: &mut Generator) -> JsonSchema {
        JsonSchema::of("string").with("minLength", 1).with("maxLength", 1)
    }

    #[inline]
    fn check(&self, _: &Rules) -> bool {
        *self != '\0'
    }

    fn diagnose(value: &Value, _: &Rules, diagnosis: &mut Diagnosis) {
        diagnose_string::<Self>(value, diagnosis, string_type, |text| Self::parse(text).map(drop));
    }
}

impl Scalar for char {
    fn parse(text: &str) -> Result<Self, Issue> {
        const ONE: Rules = Rules { min_length: Some(1), max_length: Some(1), ..Rules::NONE };
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) if character != '\0' => Ok(character),
            _ => Err(ONE.text_issue(text).unwrap_or_else(string_type)),
        }
    }
}

/// Deserializes a type of our own through its [`Scalar`] grammar
pub(super) fn deserialize_text<'de, T: Scalar, D: Deserializer<'de>>(
    deserializer: D,
    expected: &'static str,
) -> Result<T, D::Error> {
    struct Text<T>(&'static str, PhantomData<T>);

    impl<T: Scalar> Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            T::parse(text).map_err(|issue| E::custom(issue.message))
        }
    }

    deserializer.deserialize_str(Text(expected, PhantomData))
}
