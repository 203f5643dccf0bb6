//! The kind of place that the application runs in.

use std::fmt;

use fastrail::Settings;
use fastrail::settings::SettingValue;

/// `ENVIRONMENT`: development (the default), staging or production.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Settings)]
pub enum Environment {
    /// A developer's machine.
    #[default]
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
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show())
    }
}
