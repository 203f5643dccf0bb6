//! What an error shows of the value that was sent: bounded, so that a small answer cannot be made large.

use serde_json::{Map, Value};

/// How much of a value one error echoes, unless the app says otherwise
pub(super) const ECHO_BYTES: usize = 4 * 1024;

/// Takes the place of a secret
pub(super) const MASK: &str = "**********";

/// A copy of about `budget` bytes of JSON at most, and how many it took
///
/// A longer string is cut and ends in `…`; of a larger list or object the first entries are kept, and what is left
/// out is one last `"…"` entry. With nothing left at all the echo is `null`.
pub(super) fn shorten(value: &Value, budget: usize) -> (Value, usize) {
    let mut left = budget;
    let copy = copy(value, &mut left).unwrap_or(Value::Null);
    (copy, budget - left)
}

fn copy(value: &Value, left: &mut usize) -> Option<Value> {
    if *left == 0 {
        return None;
    }
    Some(match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            *left = left.saturating_sub(8);
            value.clone()
        }
        Value::String(text) => Value::String(copy_text(text, left)),
        Value::Array(items) => {
            *left = left.saturating_sub(2);
            let mut list = Vec::new();
            for item in items {
                let Some(item) = copy(item, left) else {
                    list.push("…".into());
                    break;
                };
                list.push(item);
            }
            Value::Array(list)
        }
        Value::Object(fields) => {
            *left = left.saturating_sub(2);
            let mut object = Map::new();
            for (key, field) in fields {
                let (name, value) =
                    if *left == 0 { ("…".to_owned(), None) } else { (copy_text(key, left), copy(field, left)) };
                let cut = value.is_none();
                object.insert(name, value.unwrap_or_else(|| "…".into()));
                if cut {
                    break;
                }
            }
            Value::Object(object)
        }
    })
}

fn copy_text(text: &str, left: &mut usize) -> String {
    let cost = text.len() + 2;
    if cost <= *left {
        *left -= cost;
        return text.to_owned();
    }
    let mut end = (*left).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    *left = 0;
    format!("{}…", &text[..end])
}
