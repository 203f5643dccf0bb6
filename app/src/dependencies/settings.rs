//! The settings that answers depend on.

use std::sync::Arc;

use fastrail::prelude::*;

pub use crate::config::Settings;

/// Whether the documentation is served
#[derive(Clone, Copy, Debug)]
pub struct DocsEnabled(pub bool);

/// Whether the documentation is served
#[dependency]
pub async fn docs_enabled(settings: State<Arc<Settings>>) -> DocsEnabled {
    DocsEnabled(settings.docs_enabled)
}
