//! What the root says.

use fastrail::prelude::*;

/// What this is, and where to read on
#[derive(Debug, Serialize, Schema)]
pub struct RootOut {
    /// The application's name
    #[schema(example = "Fastrail Backend API")]
    pub name: String,
    /// The application's version
    #[schema(example = "0.1.0")]
    pub version: String,
    /// Where the documentation is; `null` when it is switched off
    pub docs: Option<String>,
}
