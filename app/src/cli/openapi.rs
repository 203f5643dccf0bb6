//! `backend openapi`: the document, without a database and without settings.

use std::io::Write;

use crate::application;

/// Prints the document.
pub(super) fn run() -> anyhow::Result<()> {
    let app = application::http(true).build()?;
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, app.openapi())?;
    writeln!(out)?;
    Ok(())
}
