//! What the settings have come to, for people: each one with its value and where it is from, secrets masked.

use std::fmt;
use std::path::PathBuf;

/// Stands for a secret
pub(super) const MASK: &str = "********";

/// Every setting with the value in force, in the order of the fields
///
/// Its `Display` is a table of a line each: `PORT = 8000  (default)`. Secrets are masked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effective {
    pub(super) settings: Vec<EffectiveSetting>,
}

/// One setting as it is in force
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectiveSetting {
    /// The variable
    pub name: String,
    /// Its value as a variable would have it, a mask for a secret; `None` where it is not set and has no default
    pub value: Option<String>,
    /// Where the value is from
    pub source: Source,
    /// What the field's doc comment says
    pub description: &'static str,
}

/// Where a setting's value is from
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// Nowhere: what the field says
    Default,
    /// The process's environment
    Environment,
    /// A file, the `.env` or a secret's
    File(PathBuf),
}

impl Effective {
    /// Every setting
    pub fn settings(&self) -> &[EffectiveSetting] {
        &self.settings
    }

    /// Notes a setting; once, where two sections read one variable
    pub(super) fn note(&mut self, setting: EffectiveSetting) {
        if self.settings.iter().all(|known| known.name != setting.name) {
            self.settings.push(setting);
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Environment => f.write_str("the environment"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

impl fmt::Display for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.settings.iter().map(|setting| setting.name.len()).max().unwrap_or_default();
        for setting in &self.settings {
            let name = &setting.name;
            match &setting.value {
                // A control character of a value must not act on the terminal.
                Some(value) => writeln!(f, "{name:<width$} = {}  ({})", value.escape_debug(), setting.source)?,
                None => writeln!(f, "{name:<width$}   (not set)")?,
            }
        }
        Ok(())
    }
}
