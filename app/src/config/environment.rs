//! The kind of place that the application runs in.

use std::{fmt, str::FromStr};

use crate::constants::environments::{DEVELOPMENT, PRODUCTION, STAGING};

/// `ENVIRONMENT`: development (the default), staging or production.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// A developer's machine.
    Development,
    /// A rehearsal of production.
    Staging,
    /// The real thing.
    Production,
}

impl Environment {
    /// Whether missing secrets are made up.
    #[must_use]
    pub const fn is_development(self) -> bool {
        matches!(self, Self::Development)
    }

    /// Whether strangers use it.
    #[must_use]
    pub const fn is_production(self) -> bool {
        matches!(self, Self::Production)
    }

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Development => DEVELOPMENT,
            Self::Staging => STAGING,
            Self::Production => PRODUCTION,
        }
    }
}

impl FromStr for Environment {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Development, Self::Staging, Self::Production]
            .into_iter()
            .find(|environment| environment.as_str() == text)
            .ok_or(())
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
