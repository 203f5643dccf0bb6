//! `gt`, `ge`, `lt`, `le` and `multiple_of`: bounds as the source wrote them, tested on any number.
//!
//! The order of the tests, and that only the first failure is told, are pydantic's.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value;

use super::Rules;
use crate::schema::{Issue, JsonSchema};

/// The literal of a number rule, exact in every numeric type that a field can have
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// The literal, for decimals: `"0.01"`; empty where the bound is a constant, whose value [`text`](Self::text) writes
    pub text: &'static str,
    /// The value where it is an integer
    pub integer: Option<i128>,
    /// The value as a float
    pub float: f64,
}

impl Number {
    /// The bound that a constant of any numeric type is, given as both: `Number::of(MAX as i128, MAX as f64)`
    ///
    /// # Panics
    /// Where it is infinite or no number: at compile time, in a `const`.
    pub const fn of(integer: i128, float: f64) -> Self {
        assert!(float.is_finite(), "a bound is a finite number");
        let integer = if integer as f64 == float { Some(integer) } else { None };
        Self { text: "", integer, float }
    }

    /// The bound in words: as the source wrote it, or the value of the constant
    pub fn text(&self) -> Cow<'static, str> {
        match (self.text, self.integer) {
            ("", Some(integer)) => integer.to_string().into(),
            ("", None) => self.float.to_string().into(),
            (text, _) => text.into(),
        }
    }

    /// The bound as JSON: an integer where it is one
    pub fn to_json(self) -> Value {
        if let Some(n) = self.integer {
            if let Ok(n) = i64::try_from(n) {
                return n.into();
            }
            if let Ok(n) = u64::try_from(n) {
                return n.into();
            }
        }
        self.float.into()
    }
}

/// A number that can be held against a bound
pub(crate) trait Bounded: Copy {
    /// How the value stands to a bound
    fn compare(self, bound: &Number) -> Option<Ordering>;
    /// Whether the value is a multiple of `step`
    fn is_multiple_of(self, step: &Number) -> bool;
}

impl Bounded for i128 {
    #[inline]
    fn compare(self, bound: &Number) -> Option<Ordering> {
        match bound.integer {
            Some(n) => Some(self.cmp(&n)),
            None => (self as f64).partial_cmp(&bound.float), // a bound with a fraction is far below 2^53
        }
    }

    fn is_multiple_of(self, step: &Number) -> bool {
        match step.integer {
            Some(0) => true, // refused by the macros
            Some(n) => self % n == 0,
            None => (self as f64).is_multiple_of(step),
        }
    }
}

impl Bounded for f64 {
    #[inline]
    fn compare(self, bound: &Number) -> Option<Ordering> {
        self.partial_cmp(&bound.float)
    }

    /// pydantic's rule: the remainder may be off by a billionth of the value, since `0.3 % 0.1` is not 0
    fn is_multiple_of(self, step: &Number) -> bool {
        let remainder = (self % step.float).abs();
        let tolerance = self.abs() / 1e9;
        remainder <= tolerance || (remainder - step.float.abs()).abs() <= tolerance
    }
}

/// The bound is rounded as the value was, so that `le = 0.1` lets `0.1` pass
impl Bounded for f32 {
    fn compare(self, bound: &Number) -> Option<Ordering> {
        self.partial_cmp(&(bound.float as f32))
    }

    fn is_multiple_of(self, step: &Number) -> bool {
        let (value, step) = (f64::from(self), step.float);
        let remainder = (value % step).abs();
        let tolerance = value.abs() / 1e6;
        remainder <= tolerance || (remainder - step.abs()).abs() <= tolerance
    }
}

impl Rules {
    /// Whether a number keeps the number rules
    #[inline]
    pub(crate) fn allow_number(&self, value: impl Bounded) -> bool {
        self.multiple_of.is_none_or(|step| value.is_multiple_of(&step))
            && self.le.is_none_or(|bound| value.compare(&bound).is_some_and(Ordering::is_le))
            && self.lt.is_none_or(|bound| value.compare(&bound).is_some_and(Ordering::is_lt))
            && self.ge.is_none_or(|bound| value.compare(&bound).is_some_and(Ordering::is_ge))
            && self.gt.is_none_or(|bound| value.compare(&bound).is_some_and(Ordering::is_gt))
    }

    /// The first number rule that a number breaks
    pub(crate) fn number_issue(&self, value: impl Bounded) -> Option<Issue> {
        let fails = |bound: &Number, keeps: fn(Ordering) -> bool| !value.compare(bound).is_some_and(keeps);
        if let Some(step) = self.multiple_of.filter(|step| !value.is_multiple_of(step)) {
            return Some(bound_issue("multiple_of", "a multiple of", "multiple_of", &step));
        }
        if let Some(bound) = self.le.filter(|bound| fails(bound, Ordering::is_le)) {
            return Some(bound_issue("less_than_equal", "less than or equal to", "le", &bound));
        }
        if let Some(bound) = self.lt.filter(|bound| fails(bound, Ordering::is_lt)) {
            return Some(bound_issue("less_than", "less than", "lt", &bound));
        }
        if let Some(bound) = self.ge.filter(|bound| fails(bound, Ordering::is_ge)) {
            return Some(bound_issue("greater_than_equal", "greater than or equal to", "ge", &bound));
        }
        if let Some(bound) = self.gt.filter(|bound| fails(bound, Ordering::is_gt)) {
            return Some(bound_issue("greater_than", "greater than", "gt", &bound));
        }
        None
    }

    /// `minimum`, `exclusiveMinimum`, `maximum`, `exclusiveMaximum`, `multipleOf`
    pub(crate) fn number_keywords(&self, schema: JsonSchema) -> JsonSchema {
        schema
            .with_some("minimum", self.ge.map(Number::to_json))
            .with_some("exclusiveMinimum", self.gt.map(Number::to_json))
            .with_some("maximum", self.le.map(Number::to_json))
            .with_some("exclusiveMaximum", self.lt.map(Number::to_json))
            .with_some("multipleOf", self.multiple_of.map(Number::to_json))
    }
}

/// "Input should be {words} {bound}" with the bound as `ctx`
pub(crate) fn bound_issue(kind: &'static str, words: &str, key: &str, bound: &Number) -> Issue {
    Issue::new(kind, format!("Input should be {words} {}", bound.text())).with(key, bound.to_json())
}
