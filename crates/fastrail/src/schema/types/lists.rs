//! `Vec<T>` and `VecDeque<T>`; with `unique_items` a list is always diagnosed, since any type's items must be compared.

use std::borrow::Cow;
use std::collections::VecDeque;

use serde_json::Value;

use super::sets::diagnose_duplicates;
use crate::params::{AsyncChecks, AsyncValidators};
use crate::schema::echo::MASK;
use crate::schema::{Accepts, Class, Diagnosis, Generator, Issue, JsonSchema, Mode, Rules, Schema};

/// The items of a list; in text a lone string is a list of one
pub(super) fn items(value: &Value, mode: Mode) -> Option<&[Value]> {
    match (value, mode) {
        (Value::Array(items), _) => Some(items),
        (Value::String(_), Mode::Text) => Some(std::slice::from_ref(value)),
        _ => None,
    }
}

/// Masks the secrets in the items, or everything where the value is no list but could hold some
pub(super) fn redact_items<T: Schema>(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(T::redact),
        Value::Null => {}
        other if T::holds_secret(&mut Vec::new()) => *other = MASK.into(),
        _ => {}
    }
}

macro_rules! lists {
    ($($list:ident),*) => {$(
        impl<T: Schema> Schema for $list<T> {
            const CLASS: Class = Class::List;
            const ITEMS: Option<Class> = Some(T::CLASS);
            const FILES: bool = T::FILES;
            const ACCEPTS: Accepts = Accepts::ITEMS.and(Accepts::UNIQUE).and(T::ACCEPTS);

            fn name() -> Cow<'static, str> {
                Cow::Owned(format!("List_{}", T::name()))
            }

            fn schema(rules: &Rules, generator: &mut Generator) -> JsonSchema {
                let items = T::schema(&rules.for_items(), generator);
                if rules.unique_items {
                    generator.mark_lossy(); // items of any type can be compared as JSON only
                }
                rules.list_keywords(JsonSchema::of("array").with("items", items))
            }

            #[inline]
            fn check(&self, rules: &Rules) -> bool {
                rules.allow_items(self.len()) && {
                    let rules = rules.for_items();
                    self.iter().all(|item| item.check(&rules))
                }
            }

            #[inline]
            fn sanitize(&mut self, rules: &Rules) {
                let rules = rules.for_items();
                self.iter_mut().for_each(|item| item.sanitize(&rules));
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
                let Some(items) = items(value, diagnosis.mode()) else {
                    return diagnosis.report::<Self>(Issue::new("list_type", "Input should be a valid list"), value);
                };
                if let Some(issue) = rules.items_issue("List", items.len()) {
                    return diagnosis.report::<Self>(issue, value);
                }
                let (unique, rules) = (rules.unique_items, rules.for_items());
                for (index, item) in items.iter().enumerate() {
                    if diagnosis.is_full() {
                        break;
                    }
                    diagnosis.at(index, |diagnosis| T::diagnose(item, &rules, diagnosis));
                }
                if unique {
                    diagnose_duplicates::<T>(items, &rules, diagnosis);
                }
            }

            fn redact(value: &mut Value) {
                redact_items::<T>(value);
            }

            fn holds_secret(trail: &mut Vec<&'static str>) -> bool {
                T::holds_secret(trail)
            }
        }
    )*};
}

lists!(Vec, VecDeque);
