//! How long the ports are, beside the originals: all lines of the files, blank ones and comments too.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::project;

/// A port and its original: their lines
struct Pair {
    name: String,
    port: usize,
    original: usize,
}

impl Pair {
    fn ratio(&self) -> f64 {
        self.port as f64 / self.original as f64
    }
}

/// Prints the median, and the longest ports; answers the median of port / original
pub(super) fn print(sources: &Path, chapters: &[&str]) -> Result<f64> {
    let mut pairs = Vec::new();
    for chapter in chapters {
        let folder = chapter_folder(chapter);
        let ports = project::root().join("examples/tutorial/src").join(folder);
        let originals = sources.join("docs_src").join(folder);
        for port in rust_files(&ports)? {
            let relative = port.strip_prefix(&ports).context("a port is in its chapter")?;
            if let Some(original) = original_of(&originals, relative) {
                pairs.push(Pair {
                    name: format!("{folder}/{}", relative.display()),
                    port: lines(&port)?,
                    original: lines(&original)?,
                });
            }
        }
    }
    pairs.sort_by(|a, b| a.ratio().total_cmp(&b.ratio()));
    let Some(median) = pairs.get(pairs.len() / 2).map(Pair::ratio) else {
        println!("no ports");
        return Ok(0.0);
    };
    println!("{} ports; their median length is {median:.2} × their originals' (all lines)", pairs.len());
    for pair in pairs.iter().rev().take(3).filter(|pair| pair.ratio() > median) {
        println!("  {} has {} lines for {}: {:.2} ×", pair.name, pair.port, pair.original, pair.ratio());
    }
    Ok(median)
}

/// Two chapters' tests have another name than their sources
fn chapter_folder(chapter: &str) -> &str {
    match chapter {
        "path_operation_configurations" => "path_operation_configuration",
        "testing" => "app_testing",
        other => other,
    }
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry?.path();
            match path.extension() {
                Some(extension) if extension == "rs" => files.push(path),
                _ if path.is_dir() => folders.push(path),
                _ => {}
            }
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// `tutorial001.rs` → `tutorial001_py310.py`, `app/main.rs` → `app_an_py310/main.py`
///
/// An original with and one without `Annotated` are one app; the older form is the shorter one, so it is compared.
fn original_of(folder: &Path, port: &Path) -> Option<PathBuf> {
    let mut parts: Vec<String> =
        port.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let file = parts.pop()?;
    let mut folders = vec![folder.to_owned()];
    for part in parts {
        folders = folders
            .iter()
            .flat_map(|folder| ["", "_py310", "_an_py310"].map(|suffix| folder.join(format!("{part}{suffix}"))))
            .collect();
    }
    let names = ["_py310", "_an_py310", ""].map(|suffix| format!("{file}{suffix}.py"));
    folders.iter().flat_map(|folder| names.iter().map(move |name| folder.join(name))).find(|path| path.is_file())
}

fn lines(path: &Path) -> Result<usize> {
    Ok(fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?.lines().count())
}
