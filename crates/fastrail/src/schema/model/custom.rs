//! Custom validators on the slow path: they want the typed value, which is read once more where its fields have fit.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{FieldSpec, sent};
use crate::schema::{Diagnosis, IntoIssue, KeyStyle, Mode, Rules, Schema, strict, text};

/// Runs the validator of a field that was sent and fits
pub fn validate_field<F: FieldSpec, E: IntoIssue>(
    object: &Map<String, Value>,
    diagnosis: &mut Diagnosis,
    validator: impl FnOnce(&F::Ty) -> Result<(), E>,
) where
    F::Ty: DeserializeOwned,
{
    let (style, mode) = (diagnosis.key_style(), diagnosis.mode());
    let sent = F::NAMES
        .iter()
        .filter(|name| !diagnosis.has_read(name))
        .find_map(|name| sent(object, name, style, mode).map(|value| (*name, value)));
    if let Some((name, value)) = sent {
        diagnosis.at(name, |diagnosis| validate::<F::Ty, E>(value, F::rules(), diagnosis, validator));
    }
}

/// Runs the validator of an item or a variant's data that was sent and fits
pub fn validate_value<F: FieldSpec, E: IntoIssue>(
    value: &Value,
    diagnosis: &mut Diagnosis,
    validator: impl FnOnce(&F::Ty) -> Result<(), E>,
) where
    F::Ty: DeserializeOwned,
{
    validate::<F::Ty, E>(value, F::rules(), diagnosis, validator);
}

/// Runs a validator on a value that fits
pub fn validate<T: Schema + DeserializeOwned, E: IntoIssue>(
    value: &Value,
    rules: &Rules,
    diagnosis: &mut Diagnosis,
    validator: impl FnOnce(&T) -> Result<(), E>,
) {
    let Some(mut typed) = read::<T>(value, diagnosis) else { return };
    typed.sanitize(rules);
    if let Err(error) = validator(&typed) {
        let value = diagnosis.scalar(value);
        diagnosis.report::<T>(error.into_issue(), value);
    }
}

fn read<T: DeserializeOwned>(value: &Value, diagnosis: &Diagnosis) -> Option<T> {
    let style = diagnosis.key_style();
    let texts = |value: &Value| -> Vec<String> {
        let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    match (diagnosis.mode(), value) {
        (Mode::Json, Value::Object(object)) if object.keys().any(|key| diagnosis.has_read(key)) => {
            let rest = object.iter().filter(|(key, _)| !diagnosis.has_read(key));
            let rest = Value::Object(rest.map(|(key, value)| (key.clone(), value.clone())).collect());
            strict::from_value(&rest)
        }
        (Mode::Json, value) => strict::from_value(value),
        (Mode::Text, Value::Object(object)) => {
            let pairs: Vec<_> = object
                .iter()
                .flat_map(|(key, value)| texts(value).into_iter().map(|text| (Cow::Borrowed(&**key), Cow::Owned(text))))
                .collect();
            text::from_pairs(&pairs, style).ok().map(|(value, _)| value)
        }
        (Mode::Text, value) => {
            let pairs: Vec<_> = texts(value).into_iter().map(|text| (Cow::Borrowed(""), Cow::Owned(text))).collect();
            text::from_values(&pairs, KeyStyle::Exact, "").ok().map(|(value, _)| value)
        }
    }
}
