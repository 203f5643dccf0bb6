//! `backend check-config`: every setting in force, or everything that is wrong.

use clap::Args;
use fastrail::settings::EffectiveSetting;
use serde_json::{Value, json};

use super::output::Output;
use crate::config::Settings;

/// What is wanted
#[derive(Debug, Args)]
pub(super) struct CheckConfig {
    #[command(flatten)]
    output: Output,
}

/// Prints the settings as the server would read them, secrets masked; makes and changes nothing.
pub(super) fn run(wanted: &CheckConfig) -> anyhow::Result<()> {
    let effective = Settings::effective()?;
    let settings: Vec<Value> = effective.settings().iter().map(describe).collect();
    wanted.output.print(&Value::Array(settings), effective.to_string().trim_end())
}

fn describe(setting: &EffectiveSetting) -> Value {
    json!({
        "name": setting.name,
        "value": setting.value,
        "source": setting.source.to_string(),
        "description": setting.description,
    })
}
