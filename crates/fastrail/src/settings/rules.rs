//! What a field demands of its value.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::SettingValue;

type Check<V> = Box<dyn Fn(&V) -> Result<(), String>>;

/// The rules of one field, as its attribute writes them
pub struct Rules<V> {
    /// Bounds, as they are told: `from 1 to 100`
    lower: Option<(String, bool)>,
    upper: Option<(String, bool)>,
    checks: Vec<Check<V>>,
}

impl<V> fmt::Debug for Rules<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules").field("checks", &self.checks.len()).finish_non_exhaustive()
    }
}

impl<V> std::default::Default for Rules<V> {
    fn default() -> Self {
        Self { lower: None, upper: None, checks: Vec::new() }
    }
}

impl<V> Rules<V> {
    /// Holds the value against a bound; one that is no value refuses all
    fn bound(&mut self, at: &str, fits: fn(&V, &V) -> bool)
    where
        V: SettingValue,
    {
        let at = at.to_owned();
        self.checks.push(Box::new(move |value| match V::parse(&at) {
            Ok(at) if fits(value, &at) => Ok(()),
            // The message is the range, which the reader writes.
            Ok(_) => Err(String::new()),
            Err(_) => Err(format!("has the bound `{at}` in the code, which is none of its values")),
        }));
    }

    /// At least
    #[must_use]
    pub fn ge(mut self, least: &str) -> Self
    where
        V: SettingValue + PartialOrd,
    {
        self.lower = Some((least.to_owned(), true));
        self.bound(least, V::ge);
        self
    }

    /// More than
    #[must_use]
    pub fn gt(mut self, least: &str) -> Self
    where
        V: SettingValue + PartialOrd,
    {
        self.lower = Some((least.to_owned(), false));
        self.bound(least, V::gt);
        self
    }

    /// At most
    #[must_use]
    pub fn le(mut self, most: &str) -> Self
    where
        V: SettingValue + PartialOrd,
    {
        self.upper = Some((most.to_owned(), true));
        self.bound(most, V::le);
        self
    }

    /// Less than
    #[must_use]
    pub fn lt(mut self, most: &str) -> Self
    where
        V: SettingValue + PartialOrd,
    {
        self.upper = Some((most.to_owned(), false));
        self.bound(most, V::lt);
        self
    }

    /// At least so many characters or entries
    #[must_use]
    pub fn min_length(mut self, least: usize) -> Self
    where
        V: Length,
    {
        self.checks.push(Box::new(move |value| match value.length() {
            length if length >= least => Ok(()),
            length => Err(format!("should have at least {least} {}, and has {length}", V::UNIT)),
        }));
        self
    }

    /// At most so many characters or entries
    #[must_use]
    pub fn max_length(mut self, most: usize) -> Self
    where
        V: Length,
    {
        self.checks.push(Box::new(move |value| match value.length() {
            length if length <= most => Ok(()),
            length => Err(format!("should have at most {most} {}, and has {length}", V::UNIT)),
        }));
        self
    }

    /// What a fn demands
    #[must_use]
    pub fn check(mut self, check: impl Fn(&V) -> Result<(), String> + 'static) -> Self {
        self.checks.push(Box::new(check));
        self
    }

    /// The first thing that is wrong; an empty text where it is the range
    pub(super) fn verdict(&self, value: &V) -> Result<(), String> {
        self.checks.iter().try_for_each(|check| check(value))
    }

    /// What the value should be, with its bounds
    pub(super) fn expected(&self) -> String
    where
        V: SettingValue,
    {
        let (lower, upper) = (self.lower.as_ref(), self.upper.as_ref());
        match (lower, upper) {
            (None, None) => V::expected(),
            (Some((least, true)), Some((most, true))) => format!("{} from {least} to {most}", V::NOUN),
            _ => {
                let lower =
                    lower.map(|(least, is_in)| format!("{} {least}", if *is_in { "at least" } else { "more than" }));
                let upper =
                    upper.map(|(most, is_in)| format!("{} {most}", if *is_in { "at most" } else { "less than" }));
                let bounds: Vec<String> = lower.into_iter().chain(upper).collect();
                format!("{} of {}", V::NOUN, bounds.join(" and "))
            }
        }
    }
}

/// What has a length
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no length",
    label = "neither a text nor a list",
    note = "`min_length` and `max_length` are for texts, lists, sets and maps; numbers have `ge` and `le`"
)]
pub trait Length {
    /// What is counted
    const UNIT: &'static str;

    /// How many there are
    fn length(&self) -> usize;
}

impl Length for String {
    const UNIT: &'static str = "characters";

    fn length(&self) -> usize {
        self.chars().count()
    }
}

impl Length for SecretString {
    const UNIT: &'static str = "characters";

    fn length(&self) -> usize {
        self.expose_secret().chars().count()
    }
}

impl<T> Length for Vec<T> {
    const UNIT: &'static str = "entries";

    fn length(&self) -> usize {
        self.len()
    }
}

impl<K, V> Length for BTreeMap<K, V> {
    const UNIT: &'static str = "entries";

    fn length(&self) -> usize {
        self.len()
    }
}

impl<T> Length for BTreeSet<T> {
    const UNIT: &'static str = "entries";

    fn length(&self) -> usize {
        self.len()
    }
}
