//! What the application is called and which version it is.

/// The name that is shown to people.
pub const NAME: &str = "Fastrail Backend API";

/// The version, taken from the package.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
