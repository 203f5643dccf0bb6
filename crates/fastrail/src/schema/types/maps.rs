//! `BTreeMap<K, V>` and `HashMap<K, V>`: objects with free keys, each of which is a scalar written as text.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::params::{AsyncChecks, AsyncValidators};
use crate::schema::echo::MASK;
use crate::schema::{Accepts, Class, Diagnosis, Generator, Issue, JsonSchema, Mode, Rules, Scalar, Schema};

/// What the keys look like, unless any text is one
fn property_names<K: Scalar>(generator: &mut Generator) -> Option<JsonSchema> {
    let mut schema = K::schema(&Rules::NONE, generator);
    let kind = schema.0.get("type").and_then(Value::as_str).map(str::to_owned);
    match kind.as_deref() {
        Some("string") => {
            schema.0.shift_remove("type");
            (!schema.0.is_empty()).then_some(schema)
        }
        Some("boolean") => Some(JsonSchema::any().with("enum", json!(["true", "false"]))),
        Some("integer") => Some(JsonSchema::any().with("pattern", "^-?[0-9]+$")),
        Some("number") => Some(JsonSchema::any().with("pattern", r"^-?[0-9]+(\.[0-9]+)?$")),
        _ => Some(schema),
    }
}

macro_rules! maps {
    ($($map:ident),*) => {$(
        impl<K: Scalar, V: Schema> Schema for $map<K, V> {
            const CLASS: Class = Class::Map;
            const ACCEPTS: Accepts = Accepts::ITEMS.and(V::ACCEPTS);

            fn name() -> Cow<'static, str> {
                Cow::Owned(format!("Map_{}", V::name()))
            }

            fn schema(rules: &Rules, generator: &mut Generator) -> JsonSchema {
                let names = property_names::<K>(generator);
                let values = V::schema(&rules.for_items(), generator);
                let schema = JsonSchema::of("object").with("additionalProperties", values);
                rules.map_keywords(schema).with_some("propertyNames", names)
            }

            #[inline]
            fn check(&self, rules: &Rules) -> bool {
                rules.allow_items(self.len()) && {
                    let rules = rules.for_items();
                    self.iter().all(|(key, value)| key.check(&Rules::NONE) && value.check(&rules))
                }
            }

            #[inline]
            fn sanitize(&mut self, rules: &Rules) {
                let rules = rules.for_items();
                self.values_mut().for_each(|value| value.sanitize(&rules));
            }

            #[inline]
            fn set_items(&self) -> usize {
                self.values().map(V::set_items).sum()
            }

            fn async_validators(validators: &mut AsyncValidators) {
                V::async_validators(validators);
            }

            fn check_async<'v>(&'v self, checks: &mut AsyncChecks<'v, '_>) {
                for (index, item) in self.values().enumerate() {
                    checks.inside(index, |checks| item.check_async(checks));
                }
            }

            fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
                let Value::Object(entries) = value else {
                    let issue = Issue::new("dict_type", "Input should be a valid dictionary");
                    return diagnosis.report::<Self>(issue, value);
                };
                let read = entries.keys().filter(|key| diagnosis.has_read(key)).count();
                if let Some(issue) = rules.items_issue("Dictionary", entries.len() - read) {
                    return diagnosis.report::<Self>(issue, value);
                }
                let rules = rules.for_items();
                for (key, entry) in entries {
                    if diagnosis.is_full() {
                        break;
                    }
                    if diagnosis.has_read(key) {
                        continue;
                    }
                    diagnosis.at(key.clone(), |diagnosis| {
                        diagnosis.at("[key]", |diagnosis| diagnose_key::<K>(key, diagnosis));
                        V::diagnose(entry, &rules, diagnosis);
                    });
                }
            }

            fn redact(value: &mut Value) {
                match value {
                    Value::Object(entries) => entries.values_mut().for_each(V::redact),
                    Value::Null => {}
                    other if V::holds_secret(&mut Vec::new()) => *other = MASK.into(),
                    _ => {}
                }
            }

            fn holds_secret(trail: &mut Vec<&'static str>) -> bool {
                V::holds_secret(trail)
            }
        }
    )*};
}

maps!(BTreeMap, HashMap);

/// A key is text wherever the map came from
fn diagnose_key<K: Scalar>(key: &str, diagnosis: &mut Diagnosis) {
    diagnosis.reading(Mode::Text, |diagnosis| K::diagnose(&Value::from(key), &Rules::NONE, diagnosis));
}
