//! One file a concern; this one holds what they share.

mod derive;

use fastrail::error::ValidationError;
use fastrail::schema::{Diagnosis, Generator, Mode, Rules, Schema};
use serde_json::{Value, json};

/// Everything that is wrong with a JSON value under rules
pub fn errors_under<T: Schema>(value: &Value, rules: &Rules) -> Vec<ValidationError> {
    let mut diagnosis = Diagnosis::new(Mode::Json, vec!["body".into()], 100);
    T::diagnose(value, rules, &mut diagnosis);
    diagnosis.into_errors()
}

/// Everything that is wrong with a JSON value
pub fn errors<T: Schema>(value: &Value) -> Vec<ValidationError> {
    errors_under::<T>(value, &Rules::NONE)
}

/// The errors as a client sees them
pub fn told<T: Schema>(value: &Value) -> Value {
    json!(errors::<T>(value))
}

/// `(loc, type)` of each error, the location as a path
pub fn places<T: Schema>(value: &Value) -> Vec<(String, String)> {
    errors::<T>(value).iter().map(place).collect()
}

/// `(loc, type)` of an error
pub fn place(error: &ValidationError) -> (String, String) {
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
pub fn document<T: Schema>() -> (Value, Value) {
    let mut generator = Generator::default();
    let schema = T::schema(&Rules::NONE, &mut generator).into_value();
    (schema, Value::Object(generator.into_components()))
}

/// The component called `name` in the schema of a type
pub fn component<T: Schema>(name: &str) -> Value {
    document::<T>().1[name].clone()
}
