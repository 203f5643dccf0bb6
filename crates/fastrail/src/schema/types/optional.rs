//! `Option<T>`, which is `T` or `null` and may be absent, and `Box<T>`, which is `T`.

use std::borrow::Cow;

use serde_json::Value;

use crate::params::{AsyncChecks, AsyncValidators};
use crate::schema::{Accepts, Class, Diagnosis, Generator, Issue, JsonSchema, Mode, Rules, Sanitize, Scalar, Schema};

impl<T: Schema> Schema for Option<T> {
    const CLASS: Class = T::CLASS;
    const ITEMS: Option<Class> = T::ITEMS;
    const FILES: bool = T::FILES;
    const ACCEPTS: Accepts = T::ACCEPTS;
    const OPTIONAL: bool = true;

    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schema(rules: &Rules, generator: &mut Generator) -> JsonSchema {
        T::schema(rules, generator).nullable()
    }

    #[inline]
    fn check(&self, rules: &Rules) -> bool {
        self.as_ref().is_none_or(|value| value.check(rules))
    }

    #[inline]
    fn sanitize(&mut self, rules: &Rules) {
        if let Some(value) = self {
            value.sanitize(rules);
        }
    }

    #[inline]
    fn sanitizing(rules: &Rules) -> Sanitize {
        T::sanitizing(rules)
    }

    #[inline]
    fn set_items(&self) -> usize {
        self.as_ref().map_or(0, T::set_items)
    }

    fn async_validators(validators: &mut AsyncValidators) {
        T::async_validators(validators);
    }

    fn check_async<'v>(&'v self, checks: &mut AsyncChecks<'v, '_>) {
        if let Some(value) = self {
            value.check_async(checks);
        }
    }

    fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
        let absent = match (diagnosis.mode(), value) {
            (_, Value::Null) => true,
            (Mode::Text, Value::Array(values)) => values.is_empty(),
            _ => false,
        };
        if !absent {
            T::diagnose(value, rules, diagnosis);
        }
    }

    fn redact(value: &mut Value) {
        if !value.is_null() {
            T::redact(value);
        }
    }

    fn holds_secret(trail: &mut Vec<&'static str>) -> bool {
        T::holds_secret(trail)
    }
}

impl<T: Schema> Schema for Box<T> {
    const CLASS: Class = T::CLASS;
    const ITEMS: Option<Class> = T::ITEMS;
    const ACCEPTS: Accepts = T::ACCEPTS;
    const OPTIONAL: bool = T::OPTIONAL;

    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schema(rules: &Rules, generator: &mut Generator) -> JsonSchema {
        T::schema(rules, generator)
    }

    #[inline]
    fn check(&self, rules: &Rules) -> bool {
        T::check(self, rules)
    }

    #[inline]
    fn sanitize(&mut self, rules: &Rules) {
        T::sanitize(self, rules);
    }

    #[inline]
    fn sanitizing(rules: &Rules) -> Sanitize {
        T::sanitizing(rules)
    }

    #[inline]
    fn set_items(&self) -> usize {
        T::set_items(self)
    }

    fn async_validators(validators: &mut AsyncValidators) {
        T::async_validators(validators);
    }

    fn check_async<'v>(&'v self, checks: &mut AsyncChecks<'v, '_>) {
        T::check_async(self, checks);
    }

    fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
        T::diagnose(value, rules, diagnosis);
    }

    fn redact(value: &mut Value) {
        T::redact(value);
    }

    fn holds_secret(trail: &mut Vec<&'static str>) -> bool {
        T::holds_secret(trail)
    }
}

impl<T: Scalar> Scalar for Box<T> {
    fn parse(text: &str) -> Result<Self, Issue> {
        T::parse(text).map(Self::new)
    }
}
