//! Lists of a fixed length, whose items have a type each: tuples, arrays and variants with several values.

use serde_json::{Value, json};

use super::FieldSpec;
use crate::schema::rules::items::too_long;
use crate::schema::{Diagnosis, Issue, JsonSchema, Rules, Schema};

/// `{"type": "array", "prefixItems": […]}` with exactly these items
pub fn tuple_schema(items: Vec<JsonSchema>) -> JsonSchema {
    let count = items.len();
    let items: Vec<Value> = items.into_iter().map(JsonSchema::into_value).collect();
    JsonSchema::of("array").with("prefixItems", items).with("minItems", count).with("maxItems", count)
}

/// The items of a value of type `M`, or the report that it has none or too many
pub fn tuple<'v, M: Schema>(value: &'v Value, count: usize, diagnosis: &mut Diagnosis) -> Option<&'v [Value]> {
    let Value::Array(items) = value else {
        diagnosis.report::<M>(Issue::new("tuple_type", "Input should be a valid tuple"), value);
        return None;
    };
    if items.len() > count {
        diagnosis.report::<M>(too_long("Tuple", count, items.len()), value);
        return None;
    }
    Some(items)
}

/// Diagnoses item `index` of a value of type `M`
pub fn item<M: Schema, T: Schema>(
    whole: &Value,
    items: &[Value],
    index: usize,
    rules: &Rules,
    diagnosis: &mut Diagnosis,
) {
    if diagnosis.is_full() {
        return;
    }
    diagnosis.at(index, |diagnosis| match items.get(index) {
        Some(item) => T::diagnose(item, rules, diagnosis),
        None => diagnosis.report::<M>(Issue::missing(), whole),
    });
}

/// The same for a variant's field
pub fn item_of<M: Schema, F: FieldSpec>(whole: &Value, items: &[Value], index: usize, diagnosis: &mut Diagnosis) {
    item::<M, F::Ty>(whole, items, index, F::rules(), diagnosis);
}

/// Masks the secrets in one item of a list
pub fn redact_item<F: FieldSpec>(value: &mut Value, index: usize) {
    match value {
        Value::Array(items) => items.get_mut(index).into_iter().for_each(<F::Ty as Schema>::redact),
        Value::Null => {}
        other if <F::Ty as Schema>::holds_secret(&mut Vec::new()) => *other = json!(crate::schema::echo::MASK),
        _ => {}
    }
}
