//! `BTreeSet<T>` and `HashSet<T>`: lists whose items are unique.
//!
//! serde drops a repeated item without a word: the fast path counts what a set is given, and has the value diagnosed
//! where it holds less.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;
use std::hash::Hash;

use serde_json::Value;

use super::lists::{items, redact_items};
use crate::params::{AsyncChecks, AsyncValidators};
use crate::schema::{Accepts, Class, Diagnosis, Generator, Issue, JsonSchema, Rules, Schema};

/// The same text for values that JSON Schema calls equal: without the order of keys, and `1` for `1.0`
fn canonical(value: &Value, text: &mut String) {
    match value {
        Value::Number(number) => match number.as_f64().filter(|n| number.is_f64() && n.fract() == 0.0) {
            // Adding 0 takes the sign off `-0.0`, which equals 0.
            Some(whole) => _ = write!(text, "{:.0}", whole + 0.0),
            None => _ = write!(text, "{number}"),
        },
        Value::Array(items) => {
            text.push('[');
            for item in items {
                canonical(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(key, _)| *key);
            text.push('{');
            for (key, field) in fields {
                _ = write!(text, "{key:?}:");
                canonical(field, text);
                text.push(',');
            }
            text.push('}');
        }
        other => _ = write!(text, "{other}"),
    }
}

/// Reports each item that is there already; texts are compared as they are after sanitizing
pub(super) fn diagnose_duplicates<S: Schema>(items: &[Value], rules: &Rules, diagnosis: &mut Diagnosis) {
    let sanitizing = S::sanitizing(rules);
    let mut seen = HashMap::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let mut text = String::new();
        match item {
            Value::String(item) => canonical(&Value::from(sanitizing.apply(item)), &mut text),
            item => canonical(item, &mut text),
        }
        if let Some(first) = seen.get(&text) {
            let issue = Issue::new("unique_items", format!("Items should be unique, this repeats item {first}"));
            diagnosis.at(index, |diagnosis| diagnosis.report::<S>(issue.with("first_index", *first), item));
        } else {
            seen.insert(text, index);
        }
    }
}

macro_rules! sets {
    ($($set:ident<$($bound:path),*>);*) => {$(
        impl<T: Schema $(+ $bound)*> Schema for $set<T> {
            const CLASS: Class = Class::List;
            const ITEMS: Option<Class> = Some(T::CLASS);
            const ACCEPTS: Accepts = Accepts::ITEMS.and(T::ACCEPTS);

            fn name() -> Cow<'static, str> {
                Cow::Owned(format!("Set_{}", T::name()))
            }

            fn schema(rules: &Rules, generator: &mut Generator) -> JsonSchema {
                let items = T::schema(&rules.for_items(), generator);
                rules.list_keywords(JsonSchema::of("array").with("items", items).with("uniqueItems", true))
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
                if !T::sanitizing(&rules).is_none() {
                    let items = std::mem::take(self).into_iter();
                    *self = items.map(|mut item| { item.sanitize(&rules); item }).collect();
                }
            }

            #[inline]
            fn set_items(&self) -> usize {
                self.iter().map(|item| 1 + item.set_items()).sum()
            }

            fn async_validators(validators: &mut AsyncValidators) {
                T::async_validators(validators);
            }

            fn check_async<'v>(&'v self, checks: &mut AsyncChecks<'v, '_>) {
                for (index, item) in self.iter().enumerate() {
                    checks.inside(index, |checks| item.check_async(checks));
                }
            }

            fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
                let Some(items) = items(value, diagnosis.mode()) else {
                    return diagnosis.report::<Self>(Issue::new("set_type", "Input should be a valid set"), value);
                };
                if let Some(issue) = rules.items_issue("Set", items.len()) {
                    return diagnosis.report::<Self>(issue, value);
                }
                let rules = rules.for_items();
                for (index, item) in items.iter().enumerate() {
                    if diagnosis.is_full() {
                        return;
                    }
                    diagnosis.at(index, |diagnosis| T::diagnose(item, &rules, diagnosis));
                }
                diagnose_duplicates::<T>(items, &rules, diagnosis);
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

sets!(BTreeSet<Ord>; HashSet<Eq, Hash>);
