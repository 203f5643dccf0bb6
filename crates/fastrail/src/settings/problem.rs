//! Everything that is wrong with the settings, at once.

use std::fmt;

/// One thing that is wrong, with the variable's name and never with a secret's value
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The variable, or the file where none can be named
    pub name: String,
    /// What is wrong, such as `should be a whole number from 1 to 100, and is '101'`
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}

/// What a check of several settings together finds: `#[settings(check = path)]`
///
/// ```
/// use fastrail::prelude::*;
/// use fastrail::settings::{Problems, Sources};
///
/// #[derive(Debug, Settings)]
/// #[settings(check = is_safe)]
/// struct Shop {
///     #[setting(default = false)]
///     debug: bool,
///     #[setting(default = false)]
///     production: bool,
/// }
///
/// fn is_safe(shop: &Shop, problems: &mut Problems) {
///     if shop.debug && shop.production {
///         problems.add("DEBUG", "should be false in production");
///     }
/// }
///
/// let error = Sources::of([("DEBUG", "true"), ("PRODUCTION", "true")]).read::<Shop>().expect_err("unsafe");
/// assert_eq!(error.problems()[0].to_string(), "DEBUG: should be false in production");
/// ```
#[derive(Debug)]
pub struct Problems {
    prefix: String,
    found: Vec<Problem>,
}

impl Problems {
    pub(super) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), found: Vec::new() }
    }

    /// Adds one, by the variable's whole name without the prefix of the [`Sources`](super::Sources)
    pub fn add(&mut self, name: &str, message: impl Into<String>) {
        self.note(format!("{}{name}", self.prefix), message.into());
    }

    /// Adds one by its whole name; once, where two sections read one variable
    pub(super) fn note(&mut self, name: String, message: String) {
        let problem = Problem { name, message };
        if !self.found.contains(&problem) {
            self.found.push(problem);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// `value`, where nothing is wrong
    pub(super) fn unless_any<T>(mut self, value: Option<T>) -> Result<T, SettingsError> {
        match value {
            Some(value) if self.found.is_empty() => Ok(value),
            _ => {
                self.found.sort();
                Err(SettingsError { problems: self.found })
            }
        }
    }
}

/// Why settings cannot be used: every problem, by the name of its variable, never with a secret
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    problems: Vec<Problem>,
}

impl SettingsError {
    /// Every problem, in the order of the names
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

/// One more thing that is wrong, found after the settings were read
impl From<Problem> for SettingsError {
    fn from(problem: Problem) -> Self {
        Self { problems: vec![problem] }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        write!(f, "the settings have {count} problem{}:", if count == 1 { "" } else { "s" })?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for SettingsError {}
