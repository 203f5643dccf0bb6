//! Lays what a user writes over what the types say.

use serde_json::Value;

/// Merges `over` into `value`: objects key by key, a list behind a list; anything else takes the place of what was there
///
/// As FastAPI does with `openapi_extra`.
pub(crate) fn deep_merge(value: &mut Value, over: Value) {
    match (value, over) {
        (Value::Object(object), Value::Object(over)) => {
            for (key, inner) in over {
                match object.get_mut(&key) {
                    Some(known) => deep_merge(known, inner),
                    None => _ = object.insert(key, inner),
                }
            }
        }
        (Value::Array(list), Value::Array(over)) => list.extend(over),
        (value, over) => *value = over,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::deep_merge;

    #[test]
    fn objects_are_merged_lists_are_joined_and_the_rest_is_replaced() {
        let mut value = json!({ "a": { "b": 1, "c": [1] }, "d": "x", "e": [1] });
        deep_merge(&mut value, json!({ "a": { "b": 2, "c": [2], "f": null }, "d": { "g": 1 }, "h": true }));
        assert_eq!(value, json!({ "a": { "b": 2, "c": [1, 2], "f": null }, "d": { "g": 1 }, "e": [1], "h": true }));
    }
}
