//! `max_digits` and `decimal_places`: how long a decimal may be written. Zeros at the end do not count.

use rust_decimal::Decimal;

use super::Rules;
use super::length::plural;
use crate::schema::Issue;

/// As many digits as a `Decimal` is written with
const MOST: usize = 28;

impl Rules {
    /// The digits that may stand before the point
    fn whole_digits(&self) -> Option<usize> {
        Some(self.max_digits?.saturating_sub(self.decimal_places?))
    }

    /// The first digit rule that a decimal breaks, in pydantic's order
    pub(crate) fn digits_issue(&self, value: Decimal) -> Option<Issue> {
        if self.max_digits.is_none() && self.decimal_places.is_none() {
            return None;
        }
        let (whole, places) = count(value);
        if let Some(max) = self.max_digits.filter(|max| whole + places > *max) {
            let message = format!("Decimal input should have no more than {max} digit{} in total", plural(max));
            return Some(Issue::new("decimal_max_digits", message).with("max_digits", max));
        }
        if let Some(max) = self.decimal_places.filter(|max| places > *max) {
            let message = format!("Decimal input should have no more than {max} decimal place{}", plural(max));
            return Some(Issue::new("decimal_max_places", message).with("decimal_places", max));
        }
        if let Some(max) = self.whole_digits().filter(|max| whole > *max) {
            let message =
                format!("Decimal input should have no more than {max} digit{} before the decimal point", plural(max));
            return Some(Issue::new("decimal_whole_digits", message).with("whole_digits", max));
        }
        None
    }

    /// Whether a decimal keeps the digit rules
    #[inline]
    pub(crate) fn allow_digits(&self, value: Decimal) -> bool {
        (self.max_digits.is_none() && self.decimal_places.is_none()) || self.digits_issue(value).is_none()
    }

    /// The same as a pattern
    pub(crate) fn digits_pattern(&self) -> Option<String> {
        let fraction = |places: usize| match places {
            0 => r"(\.0+)?".to_owned(),
            places => format!(r"(\.([0-9]{{1,{places}}}0*|0+))?"),
        };
        let places = self.decimal_places.unwrap_or(MOST).min(MOST);
        let Some(max) = self.max_digits.map(|max| max.min(2 * MOST)) else {
            self.decimal_places?;
            return Some(format!("^-?(0|[1-9][0-9]{{0,27}}){}$", fraction(places)));
        };
        let mut forms = vec![format!("0{}", fraction(places.min(max)))];
        for whole in 1..=self.whole_digits().unwrap_or(max).min(MOST) {
            forms.push(format!("[1-9][0-9]{{{}}}{}", whole - 1, fraction(places.min(max - whole))));
        }
        Some(format!("^-?({})$", forms.join("|")))
    }
}

/// The digits before the point, where a lone 0 is none, and those behind it
fn count(value: Decimal) -> (usize, usize) {
    let value = value.normalize();
    let places = value.scale() as usize;
    let whole = value.trunc().mantissa().unsigned_abs();
    (if whole == 0 { 0 } else { whole.ilog10() as usize + 1 }, places)
}
