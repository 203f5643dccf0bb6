//! `Decimal`: written as a string, `"9.99"`, in JSON as well as in text, so that no float rounds it on the way.
//!
//! A JSON number is refused: the parser would have made an `f64` of it. A string has no `minimum` in JSON Schema, so the
//! document holds a pattern; it carries the sign that the bounds imply. Other bounds are `x-` keywords beside it.

use std::cmp::Ordering;
use std::fmt::Write as _;

use rust_decimal::Decimal;
use serde_json::Value;

use super::diagnose_string;
use crate::schema::rules::number::Bounded;
use crate::schema::{Accepts, Class, Diagnosis, Generator, Issue, JsonSchema, Number, Rules, Scalar, Schema};

/// With the point, and the sign where there is one: as many digits as a `Decimal` holds without rounding
const MAX_CHARS: usize = 30;

const WHOLE: &str = r"(0|[1-9][0-9]{0,27})(\.[0-9]{1,28})?";
const ZERO: &str = r"-?0(\.0{1,28})?";
const NOT_ZERO: &str = r"([1-9][0-9]{0,27}(\.[0-9]{1,28})?|0\.[0-9]{0,27}[1-9][0-9]{0,27})";

/// Whether the text is a decimal as the document shows it: no exponent, no `+`, no leading zeros
pub(crate) fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let all_digits = |text: &str| !text.is_empty() && text.len() <= 28 && text.bytes().all(|b| b.is_ascii_digit());
    text.len() <= MAX_CHARS
        && all_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(all_digits)
}

impl Bounded for Decimal {
    fn compare(self, bound: &Number) -> Option<Ordering> {
        exact(bound).map(|bound| self.cmp(&bound))
    }

    fn is_multiple_of(self, step: &Number) -> bool {
        exact(step).and_then(|step| self.checked_rem(step)).is_some_and(|remainder| remainder.is_zero())
    }
}

fn exact(bound: &Number) -> Option<Decimal> {
    match bound.integer {
        Some(n) => Decimal::try_from_i128_with_scale(n, 0).ok(),
        None => {
            let text = bound.text();
            text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()
        }
    }
}

/// What the bounds say about the sign, as a pattern, and whether that is all they say
fn pattern(rules: &Rules) -> (String, bool) {
    let bound = |bound: Option<Number>| bound.map(|bound| bound.float);
    let (gt, ge, lt, le) = (bound(rules.gt), bound(rules.ge), bound(rules.lt), bound(rules.le));
    let only_zero = [gt, ge, lt, le].iter().flatten().all(|bound| *bound == 0.0) && rules.multiple_of.is_none();
    let pattern = if gt.is_some_and(|n| n >= 0.0) || ge.is_some_and(|n| n > 0.0) {
        format!("^{NOT_ZERO}$")
    } else if lt.is_some_and(|n| n <= 0.0) || le.is_some_and(|n| n < 0.0) {
        format!("^-{NOT_ZERO}$")
    } else if ge.is_some_and(|n| n >= 0.0) {
        format!("^({ZERO}|{WHOLE})$")
    } else if le.is_some_and(|n| n <= 0.0) {
        format!("^({ZERO}|-{WHOLE})$")
    } else {
        format!("^-?{WHOLE}$")
    };
    (pattern, only_zero)
}

/// The bounds that a pattern cannot carry, for programs and for people
fn remainder(rules: &Rules, mut schema: JsonSchema) -> JsonSchema {
    let bounds = [
        ("x-exclusiveMinimum", "greater than", rules.gt),
        ("x-minimum", "at least", rules.ge),
        ("x-exclusiveMaximum", "less than", rules.lt),
        ("x-maximum", "at most", rules.le),
        ("x-multipleOf", "a multiple of", rules.multiple_of),
    ];
    let mut description = String::new();
    for (keyword, words, bound) in bounds {
        if let Some(bound) = bound {
            let lead = if description.is_empty() { "Must be" } else { " and" };
            let _ = write!(description, "{lead} {words} {}", bound.text());
            schema = schema.with(keyword, bound.text());
        }
    }
    description.push('.');
    schema.with("description", description)
}

impl Schema for Decimal {
    const CLASS: Class = Class::Number;
    const ACCEPTS: Accepts = Accepts::NUMBER.and(Accepts::DIGITS);

    fn schema(rules: &Rules, _: &mut Generator) -> JsonSchema {
        let (pattern, complete) = pattern(rules);
        let schema =
            JsonSchema::of("string").with("format", "decimal").with("pattern", pattern).with("maxLength", MAX_CHARS);
        let schema = match rules.digits_pattern() {
            Some(digits) => schema.and_pattern(&digits),
            None => schema,
        };
        if complete { schema } else { remainder(rules, schema) }
    }

    #[inline]
    fn check(&self, rules: &Rules) -> bool {
        rules.allow_digits(*self) && rules.allow_number(*self)
    }

    fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
        let no_decimal = || Issue::new("decimal_type", "Decimal input should be a string, such as \"9.99\"");
        diagnose_string::<Self>(value, diagnosis, no_decimal, |text| {
            let value = Self::parse(text)?;
            rules.digits_issue(value).or_else(|| rules.number_issue(value)).map_or(Ok(()), Err)
        });
    }
}

impl Scalar for Decimal {
    fn parse(text: &str) -> Result<Self, Issue> {
        let unparsable = || Issue::new("decimal_parsing", "Input should be a valid decimal");
        if is_decimal(text) { text.parse().map_err(|_| unparsable()) } else { Err(unparsable()) }
    }
}
