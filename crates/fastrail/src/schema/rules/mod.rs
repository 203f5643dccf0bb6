//! The constraints that a field or an argument can declare, each written once and both enforced and documented.
//!
//! One rule family a file: [`number`], [`length`] (strings), [`items`] (lists and maps), [`pattern`],
//! [`digits`] (decimals), [`sanitize`] (what is done to a text before).

mod accepts;
mod digits;
pub(crate) mod items;
pub(crate) mod length;
pub(crate) mod number;
mod pattern;
mod sanitize;

pub use accepts::Accepts;
pub use number::Number;
pub use pattern::Pattern;
pub use sanitize::Sanitize;

/// The declared constraints of one field or argument
///
/// The macros write it as a `static`, so that the compiler removes every test that is not declared.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Greater than
    pub gt: Option<Number>,
    /// Greater than or equal
    pub ge: Option<Number>,
    /// Less than
    pub lt: Option<Number>,
    /// Less than or equal
    pub le: Option<Number>,
    /// A multiple of this number
    pub multiple_of: Option<Number>,
    /// At least this many characters (Unicode scalar values, not bytes)
    pub min_length: Option<usize>,
    /// At most this many characters (Unicode scalar values, not bytes)
    pub max_length: Option<usize>,
    /// A regular expression that must match somewhere in the text; anchor it with `^` and `$`
    pub pattern: Option<&'static Pattern>,
    /// At least this many items
    pub min_items: Option<usize>,
    /// At most this many items
    pub max_items: Option<usize>,
    /// No item of a list twice
    pub unique_items: bool,
    /// At most this many digits in a decimal
    pub max_digits: Option<usize>,
    /// At most this many digits behind a decimal's point
    pub decimal_places: Option<usize>,
    /// No control characters in a text
    pub no_control: bool,
    /// What is done to a text before the other rules are tested
    pub sanitize: Sanitize,
}

impl Rules {
    /// No constraint
    pub const NONE: Self = Self {
        gt: None,
        ge: None,
        lt: None,
        le: None,
        multiple_of: None,
        min_length: None,
        max_length: None,
        pattern: None,
        min_items: None,
        max_items: None,
        unique_items: false,
        max_digits: None,
        decimal_places: None,
        no_control: false,
        sanitize: Sanitize::NONE,
    };

    /// The same rules, tested for what no value can keep; the macros call it where a bound is a constant
    ///
    /// # Panics
    /// Where two rules contradict each other, or `multiple_of` is not above 0: at compile time, in a `static`.
    #[must_use]
    #[track_caller]
    pub const fn consistent(self) -> Self {
        const fn rise(low: Option<Number>, high: Option<Number>, strictly: bool) -> bool {
            match (low, high) {
                (Some(low), Some(high)) => low.float < high.float || (!strictly && low.float == high.float),
                _ => true,
            }
        }
        const fn grow(low: Option<usize>, high: Option<usize>) -> bool {
            match (low, high) {
                (Some(low), Some(high)) => low <= high,
                _ => true,
            }
        }
        assert!(rise(self.ge, self.le, false), "no value can keep both `ge` and `le`");
        assert!(rise(self.gt, self.le, true), "no value can keep both `gt` and `le`");
        assert!(rise(self.ge, self.lt, true), "no value can keep both `ge` and `lt`");
        assert!(rise(self.gt, self.lt, true), "no value can keep both `gt` and `lt`");
        assert!(grow(self.min_length, self.max_length), "no value can keep both `min_length` and `max_length`");
        assert!(grow(self.min_items, self.max_items), "no value can keep both `min_items` and `max_items`");
        assert!(grow(self.decimal_places, self.max_digits), "`decimal_places` are among the digits of `max_digits`");
        if let Some(step) = self.multiple_of {
            assert!(step.float > 0.0, "`multiple_of` wants a number above 0");
        }
        self
    }

    /// The rules that a list hands on to its items: all but those on the list as a whole
    pub fn for_items(&self) -> Self {
        Self { min_items: None, max_items: None, unique_items: false, ..*self }
    }

    /// Both sets of rules at once, the tighter one where both speak; `self` wins where two patterns meet
    ///
    /// For the document only: a newtype's own rules and those of the field that uses it. The checks ask both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let higher = |a: Option<Number>, b: Option<Number>| pick(a, b, |a, b| a.float >= b.float);
        let lower = |a: Option<Number>, b: Option<Number>| pick(a, b, |a, b| a.float <= b.float);
        Self {
            gt: higher(self.gt, other.gt),
            ge: higher(self.ge, other.ge),
            lt: lower(self.lt, other.lt),
            le: lower(self.le, other.le),
            multiple_of: self.multiple_of.or(other.multiple_of),
            min_length: pick(self.min_length, other.min_length, |a, b| a >= b),
            max_length: pick(self.max_length, other.max_length, |a, b| a <= b),
            pattern: self.pattern.or(other.pattern),
            min_items: pick(self.min_items, other.min_items, |a, b| a >= b),
            max_items: pick(self.max_items, other.max_items, |a, b| a <= b),
            unique_items: self.unique_items || other.unique_items,
            max_digits: pick(self.max_digits, other.max_digits, |a, b| a <= b),
            decimal_places: pick(self.decimal_places, other.decimal_places, |a, b| a <= b),
            no_control: self.no_control || other.no_control,
            sanitize: self.sanitize.and(other.sanitize),
        }
    }
}

fn pick<T: Copy>(a: Option<T>, b: Option<T>, first: impl Fn(&T, &T) -> bool) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if first(&a, &b) { a } else { b }),
        (a, b) => a.or(b),
    }
}
