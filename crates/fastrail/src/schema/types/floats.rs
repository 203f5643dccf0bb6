//! `f32` and `f64`: finite numbers only, since JSON has no other.

use serde_json::Value;

use crate::schema::{Class, Diagnosis, Generator, Issue, JsonSchema, Mode, Rules, Scalar, Schema};

/// From here on a number is not an `f32`: half a step above `f32::MAX`
const F32_END: f64 = 3.402_823_567_797_336_6e38;

/// Reads pydantic's grammar of floats; infinities and NaN are `finite_number`
pub(crate) fn parse_float(text: &str) -> Result<f64, Issue> {
    let number = text.trim().parse::<f64>().map_err(|_| {
        Issue::new("float_parsing", "Input should be a valid number, unable to parse string as a number")
    })?;
    if number.is_finite() { Ok(number) } else { Err(not_finite()) }
}

fn not_finite() -> Issue {
    Issue::new("finite_number", "Input should be a finite number")
}

fn diagnose<T: Schema>(value: &Value, rules: &Rules, end: f64, diagnosis: &mut Diagnosis) {
    let no_number = || Issue::new("float_type", "Input should be a valid number");
    let value = diagnosis.scalar(value);
    let number = match value {
        Value::Number(number) => number.as_f64().ok_or_else(no_number),
        Value::String(text) if diagnosis.mode() == Mode::Text => parse_float(text),
        Value::String(text) => parse_float(text).and_then(|_| Err(no_number())),
        _ => Err(no_number()),
    };
    let issue = match number {
        Ok(number) if number.abs() >= end => Some(not_finite()),
        Ok(number) if end == F32_END => rules.number_issue(number as f32),
        Ok(number) => rules.number_issue(number),
        Err(issue) => Some(issue),
    };
    if let Some(issue) = issue {
        diagnosis.report::<T>(issue, value);
    }
}

impl Schema for f64 {
    const CLASS: Class = Class::Number;

    fn schema(rules: &Rules, _: &mut Generator) -> JsonSchema {
        rules.number_keywords(JsonSchema::of("number"))
    }

    #[inline]
    fn check(&self, rules: &Rules) -> bool {
        self.is_finite() && rules.allow_number(*self)
    }

    fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
        diagnose::<Self>(value, rules, f64::INFINITY, diagnosis);
    }
}

impl Scalar for f64 {
    fn parse(text: &str) -> Result<Self, Issue> {
        parse_float(text)
    }
}

impl Schema for f32 {
    const CLASS: Class = Class::Number;

    fn schema(rules: &Rules, _: &mut Generator) -> JsonSchema {
        let schema = rules.number_keywords(JsonSchema::of("number"));
        let above = rules.gt.is_some() || rules.ge.is_some();
        let below = rules.lt.is_some() || rules.le.is_some();
        schema
            .with_some("exclusiveMinimum", (!above).then_some(-F32_END))
            .with_some("exclusiveMaximum", (!below).then_some(F32_END))
            .with("format", "float")
    }

    #[inline]
    fn check(&self, rules: &Rules) -> bool {
        self.is_finite() && rules.allow_number(*self)
    }

    fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
        diagnose::<Self>(value, rules, F32_END, diagnosis);
    }
}

impl Scalar for f32 {
    fn parse(text: &str) -> Result<Self, Issue> {
        let number = parse_float(text)?;
        if number.abs() < F32_END { Ok(number as f32) } else { Err(not_finite()) }
    }
}
