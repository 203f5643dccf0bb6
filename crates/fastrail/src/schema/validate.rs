//! From bytes or pairs to a checked value: the fast path, and where it says no, the slow path with every error.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::text::{self, Pairs};
use super::{Diagnosis, Issue, KeyStyle, Mode, Rules, Schema, echo, strict};
use crate::error::{Segment, ValidationError};

/// How far validation goes before it gives up
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationLimits {
    /// Levels of nesting in JSON: 64; more than 127 is cut to that, where serde_json ends
    pub max_depth: usize,
    /// Errors in one answer: 100
    pub max_errors: usize,
    /// Bytes of JSON, about, that one error echoes: 4 KiB; all errors of one value echo sixteen times that at most.
    /// A longer string is cut and ends in `…`, a larger list or object keeps its first entries and ends in `"…"`.
    pub max_echo_bytes: usize,
}

impl Default for ValidationLimits {
    fn default() -> Self {
        Self { max_depth: 64, max_errors: 100, max_echo_bytes: echo::ECHO_BYTES }
    }
}

impl ValidationLimits {
    pub(super) fn depth(&self) -> usize {
        self.max_depth.min(127)
    }

    /// What is left for the values inside the outermost one
    pub(super) fn inner_depth(&self) -> usize {
        self.depth().saturating_sub(1)
    }

    pub(crate) fn diagnosis(&self, mode: Mode, location: Vec<Segment>) -> Diagnosis {
        Diagnosis::new(mode, location, self.max_errors.max(1)).echoing(self.max_echo_bytes)
    }
}

/// Reads and checks a JSON body
///
/// `always_diagnose` is for types whose schema says more than serde keeps ([`Generator::is_lossy`]): the value is then
/// diagnosed even if the fast path accepts it.
///
/// # Errors
/// Everything that is wrong, each at its place below `location`; malformed JSON is one `json_invalid`.
///
/// [`Generator::is_lossy`]: super::Generator::is_lossy
pub fn validate_json<T: Schema + DeserializeOwned>(
    bytes: &[u8],
    location: &[Segment],
    limits: &ValidationLimits,
    always_diagnose: bool,
) -> Result<T, Vec<ValidationError>> {
    validate_json_under(bytes, location, limits, always_diagnose, &Rules::NONE)
}

/// Reads and checks a JSON body whose argument has rules of its own
///
/// # Errors
/// As [`validate_json`].
pub fn validate_json_under<T: Schema + DeserializeOwned>(
    bytes: &[u8],
    location: &[Segment],
    limits: &ValidationLimits,
    always_diagnose: bool,
    rules: &Rules,
) -> Result<T, Vec<ValidationError>> {
    let fast = strict::from_json::<T>(bytes, limits).map_err(|error| error.to_string());
    let fast = match accept(fast, rules, always_diagnose) {
        Accepted::Yes(value) => return Ok(value),
        Accepted::Perhaps(fast) => fast,
    };
    let raw = strict::value_from_json(bytes, location, limits).map_err(|error| vec![*error])?;
    diagnose_json(fast, &raw, location.to_vec(), limits, rules)
}

/// The slow path of a JSON value that has been parsed
///
/// # Errors
/// Everything that is wrong, each at its place below `location`.
pub(crate) fn diagnose_json<T: Schema>(
    fast: Result<T, String>,
    raw: &Value,
    location: Vec<Segment>,
    limits: &ValidationLimits,
    rules: &Rules,
) -> Result<T, Vec<ValidationError>> {
    let mut diagnosis = limits.diagnosis(Mode::Json, location);
    T::diagnose(raw, rules, &mut diagnosis);
    conclude(fast, diagnosis, raw)
}

/// The fast path of one field of a JSON object
pub(crate) fn accept_json_field<T: Schema + DeserializeOwned>(
    bytes: &[u8],
    limits: &ValidationLimits,
    always_diagnose: bool,
    rules: &Rules,
) -> Accepted<T> {
    let fast = strict::from_json_within::<T>(bytes, limits.inner_depth()).map_err(|error| error.to_string());
    accept(fast, rules, always_diagnose)
}

/// Reads and checks a group of parameters, or a form
///
/// `source` is the first step of each location: `query`, `header`, `cookie` or `body`.
///
/// # Errors
/// Everything that is wrong, each at its place.
pub fn validate_text<T: Schema + DeserializeOwned>(
    pairs: &Pairs<'_>,
    source: &'static str,
    style: KeyStyle,
    limits: &ValidationLimits,
    always_diagnose: bool,
) -> Result<T, Vec<ValidationError>> {
    validate_group(pairs, || vec![source.into()], style, limits, always_diagnose)
}

/// The same at any place: `["query", "filter"]`
///
/// # Errors
/// As [`validate_text`].
pub(crate) fn validate_group<T: Schema + DeserializeOwned>(
    pairs: &Pairs<'_>,
    location: impl FnOnce() -> Vec<Segment>,
    style: KeyStyle,
    limits: &ValidationLimits,
    always_diagnose: bool,
) -> Result<T, Vec<ValidationError>> {
    let fast = text::from_pairs::<T>(pairs, style).map_err(|error| error.to_string());
    let fast = match accept(fast, &Rules::NONE, always_diagnose) {
        Accepted::Yes(value) => return Ok(value),
        Accepted::Perhaps(fast) => fast,
    };
    let raw = text::to_value(pairs, style);
    let mut diagnosis = limits.diagnosis(Mode::Text, location()).with_keys(style);
    T::diagnose(&raw, &Rules::NONE, &mut diagnosis);
    conclude(fast, diagnosis, &raw)
}

/// Reads and checks a list from every value of one name
///
/// # Errors
/// Everything that is wrong, each at its place below `source` and `name`.
pub fn validate_list<T: Schema + DeserializeOwned>(
    pairs: &Pairs<'_>,
    (source, name): (&'static str, &'static str),
    style: KeyStyle,
    limits: &ValidationLimits,
    rules: &Rules,
) -> Result<T, Vec<ValidationError>> {
    let fast = text::from_values::<T>(pairs, style, name).map_err(|error| error.to_string());
    let fast = match accept(fast, rules, false) {
        Accepted::Yes(value) => return Ok(value),
        Accepted::Perhaps(fast) => fast,
    };
    let raw =
        pairs.iter().filter(|(key, _)| style.same(key, name)).map(|(_, value)| Value::from(value.as_ref())).collect();
    let mut diagnosis = limits.diagnosis(Mode::Text, vec![source.into(), name.into()]);
    T::diagnose(&raw, rules, &mut diagnosis);
    conclude(fast, diagnosis, &raw)
}

/// What the fast path thinks
pub(crate) enum Accepted<T> {
    /// It fits
    Yes(T),
    /// The slow path decides
    Perhaps(Result<T, String>),
}

/// The fast path accepts a value that keeps its rules and whose sets hold all that they were given
#[inline]
fn accept<T: Schema>(read: Result<(T, usize), String>, rules: &Rules, always_diagnose: bool) -> Accepted<T> {
    let read = read.map(|(mut value, given)| {
        value.sanitize(rules);
        (value, given)
    });
    match read {
        Ok((value, _)) if !value.check(rules) => Accepted::Perhaps(Err("the value breaks a rule".to_owned())),
        Ok((value, given)) if always_diagnose || rules.unique_items || value.set_items() != given => {
            Accepted::Perhaps(Ok(value))
        }
        Ok((value, _)) => Accepted::Yes(value),
        Err(message) => Accepted::Perhaps(Err(message)),
    }
}

/// The errors that were found; where none was, what the fast path said
fn conclude<T: Schema>(
    fast: Result<T, String>,
    mut diagnosis: Diagnosis,
    raw: &Value,
) -> Result<T, Vec<ValidationError>> {
    if diagnosis.is_clean() {
        match fast {
            Ok(value) => return Ok(value),
            Err(message) => diagnosis.report::<T>(Issue::value_error(message), raw),
        }
    }
    Err(diagnosis.into_errors())
}
