//! The words that `ENVIRONMENT` accepts.

/// A developer's machine: keys and the first administrator are made when missing.
pub const DEVELOPMENT: &str = "development";

/// A rehearsal of production, with production's rules for secrets.
pub const STAGING: &str = "staging";

/// The real thing: nothing is made up, documentation is off unless asked for.
pub const PRODUCTION: &str = "production";
