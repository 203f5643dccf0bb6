//! A bound as the source wrote it: `ge = 1`, `lt = 10.5`.

use serde_json::Value;

/// The literal of a number rule, exact in every numeric type that a field can have
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// The literal, for decimals: `"0.01"`
    pub text: &'static str,
    /// The value where it is an integer
    pub integer: Option<i128>,
    /// The value as a float
    pub float: f64,
}

impl Number {
    /// The bound as JSON: an integer where it is one
    pub fn to_json(self) -> Value {
        match self.integer.and_then(|n| i64::try_from(n).ok()) {
            Some(n) => n.into(),
            None => self.float.into(),
        }
    }
}
