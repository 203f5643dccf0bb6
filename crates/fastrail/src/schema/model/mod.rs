//! What `#[derive(Schema)]` calls: the parts of a struct's schema, checks and errors that need no macro.

mod custom;
mod document;
mod tuple;
mod union;

pub use custom::*;
pub use document::*;
use serde_json::{Map, Value};
pub use tuple::*;
pub use union::*;

use super::diagnosis::KeyStyle;
use super::echo::MASK;
use super::{Accepts, Diagnosis, Generator, Issue, JsonSchema, Mode, Rules, Schema};
use crate::params::{AsyncChecks, AsyncValidators};

/// One field of a struct: the derive writes a type for each
///
/// The field's type meets its bound only in the `impl`, so that a type without a schema is one error, at the field.
pub trait FieldSpec {
    /// The field's type
    type Ty: Schema;
    /// The names that input may use: the field's own, then its aliases
    const NAMES: &'static [&'static str];
    /// Whether serde fills in a value where the field is missing
    const HAS_DEFAULT: bool;

    /// What `#[schema(…)]` declares
    fn rules() -> &'static Rules;
}

/// Which rules may constrain the field
pub const fn accepts<F: FieldSpec>() -> Accepts {
    <F::Ty as Schema>::ACCEPTS
}

/// Whether the field must be sent
pub const fn is_required<F: FieldSpec>() -> bool {
    !F::HAS_DEFAULT && !<F::Ty as Schema>::OPTIONAL
}

/// Whether the field's value keeps its rules
#[inline]
pub fn check<F: FieldSpec>(value: &F::Ty) -> bool {
    value.check(F::rules())
}

/// Sanitizes the field's value
#[inline]
pub fn sanitize<F: FieldSpec>(value: &mut F::Ty) {
    value.sanitize(F::rules());
}

/// How many items the sets in the field's value hold
#[inline]
pub fn set_items<F: FieldSpec>(value: &F::Ty) -> usize {
    value.set_items()
}

/// Names the async validators inside the field's type
pub fn async_validators<F: FieldSpec>(validators: &mut AsyncValidators) {
    <F::Ty as Schema>::async_validators(validators);
}

/// Hands what is inside the field's value to its async validators
pub fn check_async<'v, F: FieldSpec>(value: &'v F::Ty, checks: &mut AsyncChecks<'v, '_>)
where
    F::Ty: 'v,
{
    value.check_async(checks);
}

/// The schema of the field's type under its rules
pub fn schema<F: FieldSpec>(generator: &mut Generator) -> JsonSchema {
    <F::Ty as Schema>::schema(F::rules(), generator)
}

/// Diagnoses the field's value by itself: the data of a variant
pub fn diagnose<F: FieldSpec>(value: &Value, diagnosis: &mut Diagnosis) {
    <F::Ty as Schema>::diagnose(value, F::rules(), diagnosis);
}

/// Masks the secrets in the field's value by itself
pub fn redact_value<F: FieldSpec>(value: &mut Value) {
    <F::Ty as Schema>::redact(value);
}

/// Whether a secret is somewhere inside
pub fn holds_secret<F: FieldSpec>(trail: &mut Vec<&'static str>) -> bool {
    <F::Ty as Schema>::holds_secret(trail)
}

/// The fields of a value, or the report that it has none
pub fn object<'v, M: Schema>(value: &'v Value, diagnosis: &mut Diagnosis) -> Option<&'v Map<String, Value>> {
    if let Value::Object(object) = value {
        return Some(object);
    }
    let message = "Input should be a valid dictionary or object to extract fields from";
    diagnosis.report::<M>(Issue::new("model_attributes_type", message), value);
    None
}

/// Diagnoses one field of model `M`
pub fn field<M: Schema, F: FieldSpec>(whole: &Value, object: &Map<String, Value>, diagnosis: &mut Diagnosis) {
    if diagnosis.is_full() {
        return;
    }
    let (style, mode) = (diagnosis.key_style(), diagnosis.mode());
    let read = diagnosis.read_keys();
    let mut found = F::NAMES
        .iter()
        .filter(|name| !read.contains(name))
        .filter_map(|name| sent(object, name, style, mode).map(|value| (*name, value)));
    let Some(own_name) = F::NAMES.first().copied() else { return };
    if let Some((name, value)) = found.next() {
        diagnosis.at(name, |diagnosis| <F::Ty as Schema>::diagnose(value, F::rules(), diagnosis));
        for (name, value) in found {
            let issue = Issue::new("duplicate_field", format!("The field was sent as `{own_name}` too"));
            diagnosis.at(name, |diagnosis| diagnosis.report::<F::Ty>(issue, value));
        }
    } else if is_required::<F>() {
        let echo = if mode == Mode::Text { &Value::Null } else { whole };
        diagnosis.at(own_name, |diagnosis| diagnosis.report::<M>(Issue::missing(), echo));
    }
}

/// What was sent under `name`; a parameter without a value was not sent
fn sent<'v>(object: &'v Map<String, Value>, name: &str, style: KeyStyle, mode: Mode) -> Option<&'v Value> {
    let value = match style {
        KeyStyle::Exact => object.get(name),
        KeyStyle::Header => object.iter().find(|(key, _)| style.same(key, name)).map(|(_, value)| value),
    };
    value.filter(|value| !matches!(value, Value::Array(values) if values.is_empty() && mode == Mode::Text))
}

/// Reports the fields that model `M` does not know
pub fn refuse_unknown<M: Schema>(object: &Map<String, Value>, known: &[&[&str]], diagnosis: &mut Diagnosis) {
    let style = diagnosis.key_style();
    for (key, value) in object {
        if !diagnosis.has_read(key) && !known.iter().copied().flatten().any(|name| style.same(key, name)) {
            let value = diagnosis.scalar(value);
            diagnosis.at(key.clone(), |diagnosis| diagnosis.report::<Value>(Issue::extra_forbidden(), value));
        }
    }
}

/// The fields in which to mask secrets; a value of another shape is masked as a whole where `M` has any
pub fn redactable<M: Schema>(value: &mut Value) -> Option<&mut Map<String, Value>> {
    match value {
        Value::Object(object) => Some(object),
        Value::Null => None,
        other => {
            if M::holds_secret(&mut Vec::new()) {
                *other = MASK.into();
            }
            None
        }
    }
}

/// Masks the secrets in one field
pub fn redact<F: FieldSpec>(object: &mut Map<String, Value>) {
    for name in F::NAMES {
        if let Some(value) = object.get_mut(*name) {
            <F::Ty as Schema>::redact(value);
        }
    }
}

/// Whether model `M` has not been looked into yet
pub fn enter<M>(trail: &mut Vec<&'static str>) -> bool {
    let name = std::any::type_name::<M>();
    let new = !trail.contains(&name);
    if new {
        trail.push(name);
    }
    new
}

/// Diagnoses an enum without data
pub fn diagnose_enum<E: Schema>(
    value: &Value,
    knows: impl FnOnce(&str) -> bool,
    names: &[&str],
    diagnosis: &mut Diagnosis,
) {
    let value = diagnosis.scalar(value);
    if !value.as_str().is_some_and(knows) {
        diagnosis.report::<E>(Issue::one_of(names), value);
    }
}
