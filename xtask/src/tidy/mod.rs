//! `cargo xtask tidy`: the rules of the house that no compiler checks.
//!
//! One file a rule. A rule gets a file's text, or asks cargo about it, and returns what is wrong with it; each finding
//! is `file:line: what is wrong: what to do`, which editors turn into a link.

mod files;
mod imports;
mod lexer;
mod locks;
mod operations;
mod rooms;
mod words;

use std::fmt;
use std::fs;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use crate::project;

#[derive(Args)]
pub(crate) struct Options {
    /// Check this checkout instead of the one the command belongs to
    #[arg(long, value_name = "PATH")]
    root: Option<PathBuf>,
}

/// Something that breaks a rule, and where.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    file: String,
    line: usize,
    message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.file, self.line, self.message)
    }
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let root = options.root.clone().unwrap_or_else(project::root);
    let names = project::files(&root)?;
    let read = |name: &str| fs::read(root.join(name)).ok().and_then(|b| String::from_utf8(b).ok());

    let mut errors = Vec::new();
    let mut warnings = Vec::new();
    for name in &names {
        // What is not text is not ours to read.
        let Some(text) = read(name) else { continue };
        errors.extend(words::check(name, &text));
        errors.extend(locks::check(&root, name)?);
        if !name.ends_with(".rs") {
            continue;
        }
        errors.extend(files::module_doc(name, &text));
        warnings.extend(files::length(name, &text));
        if let Some(place) = name.strip_prefix("app/src/") {
            errors.extend(imports::check(name, place, &text));
        }
        if let Some(place) = name.strip_prefix("app/src/routers/") {
            let tests = operations::tests_of(place, &names);
            let text_of_tests: String = tests.iter().filter_map(|name| read(name)).collect();
            errors.extend(operations::check(name, &text, &tests.join(", "), &text_of_tests));
        }
    }

    for warning in &warnings {
        println!("warning: {warning}");
    }
    for error in &errors {
        println!("error: {error}");
    }
    if !errors.is_empty() {
        bail!("tidy: {} errors, {} warnings", errors.len(), warnings.len());
    }
    println!("tidy passed: {} files, {} warnings", names.len(), warnings.len());
    Ok(())
}
