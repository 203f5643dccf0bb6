//! `cargo xtask contract`: the OpenAPI document, judged by two validators that are not ours.
//!
//! `openapi-spec-validator` holds it against the specification's own schema; `redocly lint`
//! against the rules in `redocly.yaml`, where each rule that is off has its reason.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::tools::{self, Package};
use crate::{backend, openapi, process, project};

const VALIDATOR: Package = Package { name: "openapi-spec-validator", version: "0.9.0" };
const REDOCLY: Package = Package { name: "@redocly/cli", version: "2.77.0" };

#[derive(Args)]
pub(crate) struct Options {
    /// Check this file instead of the application's document
    #[arg(long, value_name = "PATH")]
    pub(crate) document: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) backend: backend::Binary,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let document = match &options.document {
        Some(document) => fs::canonicalize(document).with_context(|| format!("finding {}", document.display()))?,
        None => {
            let path = project::scratch("contract")?.join("openapi.json");
            fs::write(&path, openapi::document(&options.backend)?)?;
            path
        }
    };

    let validator = tools::python(VALIDATOR)?.join("openapi-spec-validator");
    process::run(Command::new(validator).args(["--subschema-errors", "all"]).arg(&document))?;

    let redocly = tools::npm(REDOCLY)?.join("node_modules/.bin/redocly");
    process::run(
        Command::new(redocly)
            .args(["lint", "--format", "stylish", "--config"])
            .arg(project::root().join("redocly.yaml"))
            .arg(&document)
            // It would ask for a newer version of itself and report its use.
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
            .env("CI", "true"),
    )?;
    println!("contract passed: {} {} and {} {}", VALIDATOR.name, VALIDATOR.version, REDOCLY.name, REDOCLY.version);
    Ok(())
}
