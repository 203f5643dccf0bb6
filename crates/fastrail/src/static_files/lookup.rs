//! From a request's path to a file inside the directory, and to nothing outside of it.

use std::io;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

use crate::response::{Opened, is_absent};

/// Where files are looked up
#[derive(Clone, Debug)]
pub(super) struct Lookup {
    pub(super) directory: PathBuf,
    pub(super) follow_links: bool,
}

/// What is at a path
#[derive(Debug)]
pub(super) enum Found {
    File(PathBuf),
    /// `slash`: whether the path ended in one
    Directory {
        index: Option<PathBuf>,
        slash: bool,
    },
    Nothing,
}

/// The names that a path is made of; `None` when it has something else in it
///
/// It is decoded once, and then divided: an encoded `/` divides as well, and what is still encoded is a plain name. No
/// `.` and `..`, no hidden names, no NUL, nothing that Windows reads as a separator, a drive or a stream.
pub(super) fn names(path: &str) -> Option<Vec<String>> {
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    let trimmed = decoded.strip_prefix('/').unwrap_or(&decoded);
    let trimmed = trimmed.strip_suffix('/').unwrap_or(trimmed);
    if trimmed.is_empty() {
        return Some(Vec::new());
    }
    trimmed.split('/').map(|name| is_plain(name).then(|| name.to_owned())).collect()
}

fn is_plain(name: &str) -> bool {
    let hidden = name.starts_with('.') && name != ".well-known";
    let odd = |c: char| c == '\\' || c == ':' || c.is_control();
    !name.is_empty() && !hidden && !name.contains(odd) && !is_device(name)
}

/// Names that Windows gives to devices, whatever their extension
fn is_device(name: &str) -> bool {
    if !cfg!(windows) {
        return false;
    }
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (stem.len() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT")))
}

impl Lookup {
    /// What is at the path of these names; blocks
    pub(super) fn find(&self, names: &[String], slash: bool) -> Found {
        let path = names.iter().fold(self.directory.clone(), |path, name| path.join(name));
        let Some(metadata) = present(std::fs::metadata(&path)).filter(|_| self.is_inside(&path)) else {
            return Found::Nothing;
        };
        if metadata.is_file() && !slash {
            return Found::File(path);
        }
        if !metadata.is_dir() {
            return Found::Nothing;
        }
        let index = path.join("index.html");
        let has_index = index.is_file() && self.is_inside(&index);
        Found::Directory { index: has_index.then_some(index), slash }
    }

    /// Opens a file that has been found, or one beside it; blocks
    pub(super) fn open(&self, path: &Path) -> io::Result<Option<Opened>> {
        if !path.is_file() || !self.is_inside(path) {
            return Ok(None);
        }
        match Opened::open(path) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(present(Err(error))),
            opened => opened,
        }
    }

    /// Whether the file, with all links followed, is inside the directory
    fn is_inside(&self, path: &Path) -> bool {
        let real = || Some(present(path.canonicalize())?.starts_with(present(self.directory.canonicalize())?));
        self.follow_links || real().unwrap_or(false)
    }
}

/// What is not there, or cannot be looked at, is nothing to a client; what is odd about it goes to the log
fn present<T>(found: io::Result<T>) -> Option<T> {
    found
        .inspect_err(|error| {
            if !is_absent(error) {
                tracing::warn!(%error, "a static file cannot be looked at");
            }
        })
        .ok()
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_path_is_made_of_plain_names() {
        assert_eq!(names("/a/b%20c.txt"), Some(vec!["a".to_owned(), "b c.txt".to_owned()]));
        assert_eq!(names("/a%2fb"), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(names("/%252e%252e"), Some(vec!["%2e%2e".to_owned()]), "decoded once");
        assert_eq!(names("/.well-known/x"), Some(vec![".well-known".to_owned(), "x".to_owned()]));
        assert_eq!(names("/"), Some(vec![]));
        for path in
            ["/..", "/a/../b", "/%2e%2e/a", "//a", "/a//b", "/.git/config", "/a%00", "/a%5c..%5cb", "/C:", "/%ff"]
        {
            assert_eq!(names(path), None, "{path}");
        }
    }
}
