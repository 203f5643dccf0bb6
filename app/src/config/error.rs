//! Everything that is wrong with the settings, at once.

use std::fmt;

/// One thing that is wrong, with the variable's name and never with a secret's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The variable, or the file when no variable can be named.
    pub name: String,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}

/// The settings cannot be used; every reason is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError {
    /// The reasons, in the order of the variables' names.
    pub problems: Vec<Problem>,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        let word = if count == 1 { "problem" } else { "problems" };
        write!(f, "the settings have {count} {word}:")?;
        for problem in &self.problems {
            write!(f, "\n  {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingsError {}
