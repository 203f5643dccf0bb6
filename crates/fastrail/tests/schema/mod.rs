//! One file a concern; this one holds what they share.

mod custom;
mod derive;
mod more_types;
mod patch;
mod sanitize;
mod strict;
mod text;
mod types;
mod unions;
mod values;
mod zoo;

use fastrail::error::ValidationError;
use fastrail::schema::{Diagnosis, Generator, Mode, Rules, Schema, ValidationLimits, validate_json_under};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Everything that is wrong with a JSON value under rules
pub(crate) fn errors_under<T: Schema>(value: &Value, rules: &Rules) -> Vec<ValidationError> {
    let mut diagnosis = Diagnosis::new(Mode::Json, vec!["body".into()], 100);
    T::diagnose(value, rules, &mut diagnosis);
    diagnosis.into_errors()
}

/// Everything that is wrong with a JSON value
pub(crate) fn errors<T: Schema>(value: &Value) -> Vec<ValidationError> {
    errors_under::<T>(value, &Rules::NONE)
}

/// Reads a JSON value as a body is read, and holds both paths against each other
pub(crate) fn read_under<T: Schema + DeserializeOwned>(
    value: &Value,
    rules: &Rules,
) -> Result<T, Vec<ValidationError>> {
    let read = validate_json_under::<T>(
        value.to_string().as_bytes(),
        &["body".into()],
        &ValidationLimits::default(),
        Generator::lossy::<T>(),
        rules,
    );
    let found = errors_under::<T>(value, rules);
    assert_eq!(read.as_ref().err(), (!found.is_empty()).then_some(&found), "the two paths disagree on {value}");
    read
}

/// The errors as a client sees them
pub(crate) fn told<T: Schema>(value: &Value) -> Value {
    json!(errors::<T>(value))
}

/// `(loc, type)` of each error, the location as a path
pub(crate) fn places<T: Schema>(value: &Value) -> Vec<(String, String)> {
    errors::<T>(value).iter().map(place).collect()
}

/// `(loc, type)` of an error
pub(crate) fn place(error: &ValidationError) -> (String, String) {
    let steps: Vec<String> = error
        .loc
        .iter()
        .map(|step| match json!(step) {
            Value::String(name) => name,
            index => index.to_string(),
        })
        .collect();
    (steps.join("."), error.kind.to_string())
}

/// The schema of a type and the components that it names
pub(crate) fn document<T: Schema>() -> (Value, Value) {
    let mut generator = Generator::default();
    let schema = T::schema(&Rules::NONE, &mut generator).into_value();
    (schema, Value::Object(generator.into_components()))
}

/// The component called `name` in the schema of a type
pub(crate) fn component<T: Schema>(name: &str) -> Value {
    document::<T>().1[name].clone()
}
