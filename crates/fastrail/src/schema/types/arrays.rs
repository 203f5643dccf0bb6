//! Arrays `[T; N]`: lists of a fixed length.
//!
//! Tuples have no schema: a path operation that returns one means a status, headers and a body.

use std::borrow::Cow;

use serde_json::Value;

use super::lists::redact_items;
use crate::params::{AsyncChecks, AsyncValidators};
use crate::schema::model::{item, tuple};
use crate::schema::{Accepts, Class, Diagnosis, Generator, JsonSchema, Rules, Schema};

impl<T: Schema, const N: usize> Schema for [T; N] {
    const CLASS: Class = Class::List;
    const ITEMS: Option<Class> = Some(T::CLASS);
    const ACCEPTS: Accepts = T::ACCEPTS;

    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Array{N}_{}", T::name()))
    }

    fn schema(rules: &Rules, generator: &mut Generator) -> JsonSchema {
        let items = T::schema(rules, generator);
        JsonSchema::of("array").with("items", items).with("minItems", N).with("maxItems", N)
    }

    #[inline]
    fn check(&self, rules: &Rules) -> bool {
        self.iter().all(|item| item.check(rules))
    }

    #[inline]
    fn sanitize(&mut self, rules: &Rules) {
        self.iter_mut().for_each(|item| item.sanitize(rules));
    }

    #[inline]
    fn set_items(&self) -> usize {
        self.iter().map(T::set_items).sum()
    }

    fn async_validators(validators: &mut AsyncValidators) {
        T::async_validators(validators);
    }

    fn check_async<'v>(&'v self, checks: &mut AsyncChecks<'v, '_>) {
        for (index, item) in self.iter().enumerate() {
            checks.item(index, |checks| item.check_async(checks));
        }
    }

    fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
        let Some(items) = tuple::<Self>(value, N, diagnosis) else { return };
        for index in 0..N {
            item::<Self, T>(value, items, index, rules, diagnosis);
        }
    }

    fn redact(value: &mut Value) {
        redact_items::<T>(value);
    }

    fn holds_secret(trail: &mut Vec<&'static str>) -> bool {
        T::holds_secret(trail)
    }
}
