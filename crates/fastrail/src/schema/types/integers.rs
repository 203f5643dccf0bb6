//! Integers of 8 to 64 bits. A JSON number without a fraction is one, also when it is written `1.0`.
//!
//! What a type can hold is part of the document (`u8`: 0 to 255) and is told like a declared bound. 128-bit integers
//! hold what a JSON number carries exactly, 64 bits with or without a sign: write wider ones as strings. Of `NonZero`
//! integers the document says that 0 is none.

use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroIsize, NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64,
    NonZeroUsize,
};

use serde_json::{Value, json};

use crate::schema::rules::number::bound_issue;
use crate::schema::{Class, Diagnosis, Generator, Issue, JsonSchema, Mode, Number, Rules, Scalar, Schema};

/// Reads pydantic's grammar of integers: `42`, `-1`, `+1`, ` 1 `, `1_000`, `1.0`
pub(crate) fn parse_integer(text: &str) -> Result<i128, Issue> {
    let unparsable =
        || Issue::new("int_parsing", "Input should be a valid integer, unable to parse string as an integer");
    let (is_negative, digits) = match text.trim().as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    let mut number = Some(0_i128);
    let mut after_digit = false;
    for (at, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                number = number.and_then(|number| number.checked_mul(10)?.checked_add((byte - b'0').into()));
                after_digit = true;
            }
            b'_' if after_digit => after_digit = false,
            b'.' if after_digit && at + 1 < digits.len() && digits[at + 1..].iter().all(|zero| *zero == b'0') => break,
            _ => return Err(unparsable()),
        }
    }
    if !after_digit {
        return Err(unparsable());
    }
    number.map(|number| if is_negative { -number } else { number }).ok_or_else(|| {
        Issue::new("int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size")
    })
}

/// An integer out of a JSON value, or what is wrong with it
fn read(value: &Value) -> Result<i128, Issue> {
    let no_integer = || Issue::new("int_type", "Input should be a valid integer");
    match value {
        Value::Number(number) => {
            if let Some(n) = number.as_i64() {
                return Ok(n.into());
            }
            if let Some(n) = number.as_u64() {
                return Ok(n.into());
            }
            match number.as_f64() {
                Some(n) if n.fract() == 0.0 => Ok(n as i128), // saturates, which every bound refuses
                _ => Err(Issue::new(
                    "int_from_float",
                    "Input should be a valid integer, got a number with a fractional part",
                )),
            }
        }
        Value::String(text) => parse_integer(text).and_then(|_| Err(no_integer())),
        _ => Err(no_integer()),
    }
}

/// What the type itself can hold
struct Range {
    min: Number,
    max: Number,
}

impl Range {
    fn issue(&self, value: i128) -> Option<Issue> {
        if Some(value) > self.max.integer {
            return Some(bound_issue("less_than_equal", "less than or equal to", "le", &self.max));
        }
        if Some(value) < self.min.integer {
            return Some(bound_issue("greater_than_equal", "greater than or equal to", "ge", &self.min));
        }
        None
    }

    /// Whether it is that of `i64`, which stands for integers of any size
    const fn is_of_64_bits(&self) -> bool {
        matches!(self.min.integer, Some(min) if min == i64::MIN as i128)
    }

    /// The declared bounds, and the type's own where none is tighter
    fn schema(&self, rules: &Rules) -> JsonSchema {
        let mut rules = *rules;
        if rules.ge.is_some_and(|ge| ge.float < self.min.float) {
            rules.ge = None;
        }
        if rules.ge.is_none() && !rules.gt.is_some_and(|gt| gt.float >= self.min.float - 1.0) {
            rules.ge = Some(self.min);
        }
        if rules.le.is_some_and(|le| le.float > self.max.float) {
            rules.le = None;
        }
        if rules.le.is_none() && !rules.lt.is_some_and(|lt| lt.float <= self.max.float) {
            rules.le = Some(self.max);
        }
        rules.number_keywords(JsonSchema::of("integer"))
    }
}

fn diagnose<T: Schema>(value: &Value, rules: &Rules, range: &Range, diagnosis: &mut Diagnosis) {
    let value = diagnosis.scalar(value);
    let number = match value {
        Value::String(text) if diagnosis.mode() == Mode::Text => parse_integer(text),
        _ => read(value),
    };
    let issue = match number {
        Ok(number) => rules.number_issue(number).or_else(|| range.issue(number)),
        Err(issue) => Some(issue),
    };
    if let Some(issue) = issue {
        diagnosis.report::<T>(issue, value);
    }
}

macro_rules! integers {
    ($($type:ident $min:literal $max:literal;)*) => {$(
        impl Bounds for $type {
            const RANGE: Range = Range {
                min: Number { text: stringify!($min), integer: Some($min), float: { let n: i128 = $min; n as f64 } },
                max: Number { text: stringify!($max), integer: Some($max), float: { let n: i128 = $max; n as f64 } },
            };
        }

        impl Schema for $type {
            const CLASS: Class = Class::Number;

            fn schema(rules: &Rules, generator: &mut Generator) -> JsonSchema {
                let exact = Self::RANGE.schema(rules);
                match Self::RANGE.is_of_64_bits() {
                    true => generator.worded(exact, rules.number_keywords(JsonSchema::of("integer"))),
                    false => exact,
                }
            }

            #[inline]
            fn check(&self, rules: &Rules) -> bool {
                i128::try_from(*self).is_ok_and(|n| rules.allow_number(n) && Self::RANGE.issue(n).is_none())
            }

            fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
                diagnose::<Self>(value, rules, &Self::RANGE, diagnosis);
            }
        }

        impl Scalar for $type {
            fn parse(text: &str) -> Result<Self, Issue> {
                let number = parse_integer(text)?;
                match Self::RANGE.issue(number) {
                    Some(issue) => Err(issue),
                    None => Self::try_from(number).map_err(|_| Issue::value_error("the number is out of range")),
                }
            }
        }
    )*};
}

trait Bounds {
    const RANGE: Range;
}

integers! {
    i8 -128 127;
    i16 -32768 32767;
    i32 -2147483648 2147483647;
    i64 -9223372036854775808 9223372036854775807;
    isize -9223372036854775808 9223372036854775807;
    u8 0 255;
    u16 0 65535;
    u32 0 4294967295;
    u64 0 18446744073709551615;
    usize 0 18446744073709551615;
    i128 -9223372036854775808 18446744073709551615;
    u128 0 18446744073709551615;
}

macro_rules! non_zero {
    ($($type:ty, $inner:ty, $signed:literal;)*) => {$(
        impl Schema for $type {
            const CLASS: Class = Class::Number;

            fn schema(rules: &Rules, generator: &mut Generator) -> JsonSchema {
                if $signed {
                    return <$inner>::schema(rules, generator).with("not", json!({"const": 0}));
                }
                let mut rules = *rules;
                if rules.gt.is_none_or(|gt| gt.float < 0.0) && rules.ge.is_none_or(|ge| ge.float < 1.0) {
                    rules.ge = Some(ONE);
                }
                <$inner>::schema(&rules, generator)
            }

            #[inline]
            fn check(&self, rules: &Rules) -> bool {
                self.get().check(rules)
            }

            fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
                let before = diagnosis.len();
                <$inner>::diagnose(value, rules, diagnosis);
                if diagnosis.len() == before && !diagnosis.is_full() {
                    let value = diagnosis.scalar(value);
                    let zero = match value {
                        Value::String(text) => parse_integer(text).is_ok_and(|n| n == 0),
                        value => value.as_f64() == Some(0.0),
                    };
                    if zero {
                        diagnosis.report::<Self>(is_zero($signed), value);
                    }
                }
            }
        }

        impl Scalar for $type {
            fn parse(text: &str) -> Result<Self, Issue> {
                Self::new(<$inner>::parse(text)?).ok_or_else(|| is_zero($signed))
            }
        }
    )*};
}

const ONE: Number = Number { text: "1", integer: Some(1), float: 1.0 };

fn is_zero(signed: bool) -> Issue {
    if signed {
        Issue::value_error("the number should not be 0")
    } else {
        bound_issue("greater_than_equal", "greater than or equal to", "ge", &ONE)
    }
}

non_zero! {
    NonZeroI8, i8, true;
    NonZeroI16, i16, true;
    NonZeroI32, i32, true;
    NonZeroI64, i64, true;
    NonZeroIsize, isize, true;
    NonZeroU8, u8, false;
    NonZeroU16, u16, false;
    NonZeroU32, u32, false;
    NonZeroU64, u64, false;
    NonZeroUsize, usize, false;
}
