//! What a command says: for people, or with `--json` for programs.

use std::io::Write;

use clap::Args;
use serde_json::Value;

/// For whom a command speaks
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Output {
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
}

impl Output {
    /// Prints a result on standard output, as one line of JSON or as text.
    pub(super) fn print(self, value: &Value, text: &str) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        if self.json {
            writeln!(out, "{value}")?
        } else {
            writeln!(out, "{text}")?
        }
        Ok(())
    }
}
